/** A thread that does one job after the other, with its own copy of the services. */
import { parentPort, workerData } from 'node:worker_threads';
import { doJob, type Job } from './job.ts';
import { type Bundles, loadBoth } from './previous.ts';

const services = loadBoth(workerData as Bundles);
parentPort?.on('message', (job: Job) => void doJob(job, services).then((tally) => parentPort?.postMessage(tally)));
