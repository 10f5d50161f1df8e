/** What runs inside a worker thread. */
import { getHeapStatistics } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import { startRuntime } from './runtime.ts';
import type { ThreadSetup } from './worker-protocol.ts';

const { offsetCell, peakCell, ...setup } = workerData as ThreadSetup;
const port = parentPort!;

const sample = (): void => {
  const { total_heap_size, external_memory } = getHeapStatistics();
  const bytes = BigInt(total_heap_size + external_memory);
  if (bytes > Atomics.load(peakCell, 0)) Atomics.store(peakCell, 0, bytes);
};

const invoke = startRuntime({
  setup,
  offsetMs: () => Number(Atomics.load(offsetCell, 0)),
  sample,
  send: (message) => port.postMessage(message),
});
port.on('message', invoke);
