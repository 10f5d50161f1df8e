/** Counts that alarms watch, in the namespace CatalogSync. */
export interface Metrics {
  count(name: string, value: number): void;
}
