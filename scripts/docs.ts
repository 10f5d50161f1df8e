/**
 * Makes the docs that repeat the code: the flow's table and picture, the event catalogue, the pictures of the states, the
 * alerts and Meta's refusals, what the simulation looks for and has found.
 * `node scripts/docs.ts` writes them; `--check` fails when writing would change a file.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { sourceOf } from '../shared/events/define.ts';
import { allEvents } from '../shared/events/index.ts';
import { pipeline, type Stage } from '../shared/pipeline.ts';
import { accessTable, alertTable } from './docs/alerts.ts';
import { foundTable, invariantTable, mutantTable } from './docs/simulation.ts';
import { statePictures } from './docs/states.ts';

const DO_NOT_EDIT = '<!-- Made by `npm run docs`; edit the code that it is made from. -->';

const heard = ({ hears, hearsOutside }: Stage): string =>
  [...hearsOutside, ...(hears === 'all' ? ['every event'] : hears.map(({ name }) => `\`${name}\``))].join(', ');

const flowTable = (): string =>
  [
    '| service | hears | does | says |',
    '| --- | --- | --- | --- |',
    ...pipeline.map(
      (stage) =>
        `| [${stage.service}](${stage.service}/README.md) | ${heard(stage)} | ${stage.does} | ${stage.says.map(({ name }) => `\`${name}\``).join(', ')} |`,
    ),
  ].join('\n');

/** The way of a file, as a picture that GitHub draws: which event leads from whom to whom. */
const flowPicture = (): string => {
  const arrows = pipeline.flatMap((listener) =>
    listener.hears === 'all'
      ? []
      : listener.hears.flatMap((event) => {
          const from = event.speaker === 'console' ? 'you' : event.speaker;
          return [`  ${from} -- ${event.name} --> ${listener.service}`];
        }),
  );
  return [
    '```mermaid',
    'flowchart LR',
    '  landing[("landing zone<br/>data/*.csv")] -- Object Created --> ingest',
    ...arrows,
    '  publish -- BatchSent --> monitor',
    '  publish == items_batch ==> meta(("Meta"))',
    '  monitor == check_batch_request_status ==> meta',
    '  monitor -- alerts --> people(["e-mail"])',
    '  ingest -- copies --> archive[("archive/<br/>refused/")]',
    '```',
  ].join('\n');
};

const eventCatalogue = (): string =>
  [
    '# Events',
    '',
    DO_NOT_EDIT,
    '',
    'In the order in which they happen, on the project’s own bus. Every detail is an envelope (`id`, `version`, `catalog`, `sync`, `syncId`, `cause`, `at`) and the `data` below.',
    ...allEvents.flatMap(({ name, speaker, version, sentence, example }) => [
      '',
      `## ${name}`,
      '',
      `${sentence} Said by \`${sourceOf(speaker)}\`, version ${version}.`,
      '',
      '```json',
      JSON.stringify(example, null, 2),
      '```',
    ]),
    '',
  ].join('\n');

const statesPage = (): string =>
  [
    '# States',
    '',
    DO_NOT_EDIT,
    '',
    'Every record that has a state, and every step between its states. A service writes no other step: that would be a defect, and throws. Each step is one conditional write that names the revision it read. The pointer has no states, it counts: from sync n−1 to sync n.',
    '',
    statePictures(2),
    '',
  ].join('\n');

/** A text whose part between two marks is made, the rest written by hand. */
const between = (path: string, text: string, mark: string, made: string): string => {
  const [start, end] = [`<!-- ${mark} -->`, `<!-- /${mark} -->`];
  const [before, after] = [text.split(start)[0], text.split(end)[1]];
  if (before === undefined || after === undefined) throw new Error(`${path} lacks the marks ${start} and ${end}`);
  return `${before}${start}\n${made}\n${end}${after}`;
};

const filledIn = (path: string, parts: Readonly<Record<string, string>>): string =>
  Object.entries(parts).reduce((text, [mark, part]) => between(path, text, mark, part), readFileSync(path, 'utf8'));

const made: Record<string, string> = {
  'README.md': filledIn('README.md', { flow: flowPicture() }),
  'services/README.md': `# The services, in the order of the flow\n\n${DO_NOT_EDIT}\n\n${flowTable()}\n`,
  'docs/generated/events.md': eventCatalogue(),
  'docs/generated/states.md': statesPage(),
  'docs/meta.md': filledIn('docs/meta.md', { alerts: alertTable(), access: accessTable() }),
  'docs/reliability.md': filledIn('docs/reliability.md', {
    states: statePictures(3),
    invariants: invariantTable(),
    mutants: mutantTable(),
    found: foundTable(),
  }),
};

const stale = Object.entries(made).filter(([path, text]) => {
  try {
    return readFileSync(path, 'utf8') !== text;
  } catch {
    return true;
  }
});
if (process.argv.includes('--check')) {
  for (const [path] of stale) process.stderr.write(`${path} is not what the code says: run npm run docs\n`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else for (const [path, text] of stale) writeFileSync(path, text);
