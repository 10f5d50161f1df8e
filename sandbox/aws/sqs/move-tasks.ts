import { randomUUID } from 'node:crypto';
import type { SandboxClock } from '../../clock.ts';
import type { Message } from './message.ts';
import type { Queue } from './queue.ts';
import type { Queues } from './queues.ts';
import { SqsError } from './sqs-error.ts';

/** A redrive of a dead-letter queue, as ListMessageMoveTasks tells of it. */
export interface MoveTask {
  readonly handle: string;
  readonly source: string;
  readonly destination: string | undefined;
  readonly perSecond: number | undefined;
  readonly startedAt: number;
  readonly toMove: number;
  moved: number;
  status: 'RUNNING' | 'COMPLETED' | 'FAILED';
  failureReason?: string;
}

export interface MoveTasks {
  /**
   * Moves the messages that are visible now out of a dead-letter queue, to `destination` or where each came from, at
   * most `perSecond` a second of the clock. A task ends with the process; what it has not moved stays where it is.
   */
  start(source: Queue, destination: Queue | undefined, perSecond: number | undefined): MoveTask;
  /** The latest first. */
  of(source: Queue): MoveTask[];
  stop(): void;
}

const EACH_MS = 1000;

export const moveTasks = (queues: Queues, clock: SandboxClock): MoveTasks => {
  const tasks: MoveTask[] = [];
  const running = new Map<MoveTask, () => void>();

  const cameFrom = ({ deadFrom }: Message): Queue | undefined =>
    queues.list().find((queue) => queue.name === deadFrom?.split(':').at(-1));

  const step = (task: MoveTask, source: Queue, destination: Queue | undefined, ids: string[]): void => {
    running.delete(task);
    for (const id of ids.splice(0, task.perSecond ?? ids.length)) {
      const message = source.get(id);
      if (!message || source.isInFlight(message)) continue;
      const to = destination ?? cameFrom(message);
      if (!to) {
        task.status = 'FAILED';
        task.failureReason = 'CouldNotDetermineMessageSource';
        return;
      }
      queues.redrive(source, id, to);
      task.moved += 1;
    }
    if (ids.length === 0) task.status = 'COMPLETED';
    else
      running.set(
        task,
        clock.at(clock.now() + EACH_MS, () => step(task, source, destination, ids)),
      );
  };

  return {
    start: (source, destination, perSecond) => {
      const isDead = (queue: Queue): boolean =>
        queue.settings.redrive?.deadLetterTargetArn.split(':').at(-1) === source.name;
      if (!queues.list().some(isDead)) {
        throw new SqsError('InvalidParameterValue', 'Source queue must be configured as a Dead Letter Queue.');
      }
      if (tasks.some((task) => task.source === source.name && task.status === 'RUNNING')) {
        throw new SqsError('UnsupportedOperation', 'There is already a task running. Only one active task is allowed.');
      }
      const ids = [...source.visible()].map((message) => message.id);
      const task: MoveTask = {
        handle: randomUUID(),
        source: source.name,
        destination: destination?.name,
        perSecond,
        startedAt: clock.now(),
        toMove: ids.length,
        moved: 0,
        status: 'RUNNING',
      };
      tasks.unshift(task);
      step(task, source, destination, ids);
      return task;
    },
    of: (source) => tasks.filter((task) => task.source === source.name),
    stop: () => {
      for (const callOff of running.values()) callOff();
    },
  };
};
