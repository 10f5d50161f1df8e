import type { Alert } from '../records/alert.ts';

/** Tells people: e-mail and whatever else subscribes to the topic. */
export interface AlertTopic {
  publish(alert: Alert): Promise<void>;
}
