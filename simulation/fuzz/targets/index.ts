import type { Target } from '../target.ts';
import { csv } from './csv.ts';
import { events } from './events.ts';
import { graphAnswers } from './graph-answers.ts';
import { graphRefusals } from './graph-refusals.ts';
import { gzip } from './gzip.ts';
import { landedObject } from './landed-object.ts';
import { landings } from './landings.ts';
import { queue } from './queue.ts';
import { settings } from './settings.ts';

/** Everything that reads bytes from outside, in the order in which a file meets them. */
export const targets: readonly Target[] = [
  settings(),
  landings(),
  landedObject(),
  csv(),
  gzip(),
  events(),
  queue(),
  graphRefusals(),
  graphAnswers(),
];
