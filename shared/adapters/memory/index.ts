/** The ports in memory, for unit tests and simulation. */
export { dyingAt, type Fault } from './faulty.ts';
export { memoryObjects } from './objects.ts';
export { fixedClock, memoryAlerts, memoryBus, memoryMetrics, memorySecrets, silentLog } from './others.ts';
export { memoryTable } from './table.ts';
