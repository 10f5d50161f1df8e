/** A thread that does one job after the other, with its own copy of the services. */
import { parentPort, workerData } from 'node:worker_threads';
import { load } from './build.ts';
import { doJob, type Job } from './job.ts';

const services = { current: load((workerData as { text: string }).text) };
parentPort?.on('message', (job: Job) => void doJob(job, services).then((tally) => parentPort?.postMessage(tally)));
