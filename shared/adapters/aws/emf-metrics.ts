import type { Metrics } from '../../ports/metrics.ts';

export const METRICS_NAMESPACE = 'CatalogSync';

/** CloudWatch's embedded metric format: one JSON line on stdout is a metric, without a call (EMF specification). */
export const emfMetrics = (stage: string): Metrics => ({
  count: (name, value) => {
    process.stdout.write(
      `${JSON.stringify({
        _aws: {
          Timestamp: Date.now(),
          CloudWatchMetrics: [
            { Namespace: METRICS_NAMESPACE, Dimensions: [['Stage']], Metrics: [{ Name: name, Unit: 'Count' }] },
          ],
        },
        Stage: stage,
        [name]: value,
      })}\n`,
    );
  },
});
