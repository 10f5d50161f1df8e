/** The states of the records as pictures that GitHub draws. */
import { type Machine, machines } from '../../shared/records/states.ts';

const steps = (of: Machine): [from: string, to: string, why: string | undefined][] => [
  ...Object.entries(of.born).map(([to, why]): [string, string, string | undefined] => ['[*]', to, why]),
  ...Object.entries(of.states).flatMap(([from, { to }]) =>
    Object.entries(to).map(([next, why]): [string, string, string | undefined] => [from, next, why]),
  ),
];

/** Where nothing leads on, the picture ends. What is only written again as it is stays out. */
const picture = (of: Machine): string[] => [
  '```mermaid',
  'stateDiagram-v2',
  ...steps(of).map(([from, to, why]) => `  ${from} --> ${to}: ${why}`),
  ...Object.entries(of.states)
    .filter(([, { to }]) => Object.keys(to).length === 0)
    .map(([state]) => `  ${state} --> [*]`),
  '```',
];

/** One kind after the other, in the order of the flow, below headings of this depth. */
export const statePictures = (depth: number): string =>
  Object.entries<Machine>(machines)
    .flatMap(([kind, of]) => [
      '',
      `${'#'.repeat(depth)} ${kind}`,
      '',
      `${of.sentence} Kept by ${of.owner} under \`${of.prefix}…\`, field \`${of.field.join('.')}\`.`,
      '',
      ...picture(of),
    ])
    .join('\n')
    .trimStart();
