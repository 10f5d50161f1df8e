import { deliversAsEventBridge } from '../aws/events/delivery.conformance.ts';
import { deliveryOn } from './delivery.ts';
import { sandboxTarget, type Target } from './target.ts';

let target: Target;
beforeAll(async () => {
  target = await sandboxTarget();
});
afterAll(() => target.close());

deliversAsEventBridge(() => deliveryOn(target), { prefix: 'delivery', archives: true });
