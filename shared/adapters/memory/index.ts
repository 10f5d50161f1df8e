/** The ports in memory, for unit tests and simulation. */
export { memoryObjects } from './objects.ts';
export { fixedClock, memoryAlerts, memoryBus, memoryMetrics, memorySecrets, silentLog } from './others.ts';
export { memoryTable } from './table.ts';
