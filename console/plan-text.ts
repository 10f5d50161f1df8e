/** A plan as people read it. Ids, brands and categories are hostile text: whoever prints the lines takes `printable`. */
import type { Group, Groups, Plan, Risk, Sample } from '@catalog-sync/shared/records/transform.ts';
import { number, plural } from './cli/say.ts';

/** What people are shown of a plan. */
export type PlanPicture = Pick<
  Plan,
  'counts' | 'brands' | 'categories' | 'risks' | 'samples' | 'calls' | 'minutes' | 'warnings'
>;

/** So many samples of a kind, brands and categories stand in a text; the JSON has all that are kept. */
const MOST_SHOWN = 5;

const percent = (share: number): string => `${number(Math.round(share * 1000) / 10)} %`;

const THINGS: Record<Risk['kind'], [one: string, many: string]> = {
  deletes: ['product deleted', 'products deleted'],
  prices: ['price changed', 'prices changed'],
  'out-of-stock': ['product taken out of stock', 'products taken out of stock'],
};

/** What of a plan is too much, and by which limit: `60 products deleted: 6 % of all, more than 5 % and more than 10`. */
export const riskText = ({ kind, share, count, limit, shareLimit }: Risk): string => {
  const limits = [...(shareLimit > 0 ? [percent(shareLimit)] : []), number(limit)];
  return `${plural(count, ...THINGS[kind])}: ${percent(share)} of all, ${limits.map((one) => `more than ${one}`).join(' and ')}`;
};

const changesText = ({ creates, updates, deletes }: Pick<Group, 'creates' | 'updates' | 'deletes'>): string =>
  [
    ...(creates > 0 ? [plural(creates, 'create')] : []),
    ...(updates > 0 ? [plural(updates, 'update')] : []),
    ...(deletes > 0 ? [plural(deletes, 'delete')] : []),
  ].join(', ');

/** `5 creates, 2 deletes`, or `nothing`. */
export const countsText = ({ counts }: Pick<PlanPicture, 'counts'>): string => changesText(counts) || 'nothing';

export const planLines = (plan: PlanPicture): string[] => [
  `would send: ${countsText(plan)}${plan.calls > 0 ? `, in ${plural(plan.calls, 'call')}, at least ${timeText(plan.minutes)}` : ''}`,
  `rows:       ${number(plan.counts.unchanged)} unchanged, ${number(plan.counts.rejected)} rejected`,
  ...plan.risks.map((risk) => `held for:   ${riskText(risk)}`),
  ...headed('brands:', groupLines(plan.brands)),
  ...headed('categories:', groupLines(plan.categories)),
  ...headed('samples:', sampleLines(plan.samples)),
  ...headed('to know:', plan.warnings),
];

const timeText = (minutes: number): string =>
  minutes < 120 ? plural(minutes, 'minute') : plural(Math.ceil(minutes / 60), 'hour');

/** The first line beside its heading, the others below. */
const headed = (heading: string, lines: readonly string[]): string[] =>
  lines.map((line, place) => `${(place === 0 ? heading : '').padEnd(12)}${line}`);

/** Nothing where no row says anything: one group without a name tells nothing. */
const groupLines = ({ top, others }: Groups): string[] => {
  if (top.every(({ name }) => name === null)) return [];
  const rest = { ...others };
  for (const group of top.slice(MOST_SHOWN)) {
    rest.groups += 1;
    rest.creates += group.creates;
    rest.updates += group.updates;
    rest.deletes += group.deletes;
  }
  return [
    ...top.slice(0, MOST_SHOWN).map((group) => `${group.name ?? '(not known)'}: ${changesText(group)}`),
    ...(rest.groups > 0 ? [`${number(rest.groups)} more: ${changesText(rest)}`] : []),
  ];
};

const sampleLines = (samples: readonly Sample[]): string[] =>
  (['create', 'update', 'delete'] as const).flatMap((kind) => {
    const all = samples.filter((sample) => sample.kind === kind);
    return all.slice(0, MOST_SHOWN).map(sampleText);
  });

const offerText = (offer: Sample['before']): string => (offer === null ? '' : `${offer.price}, ${offer.availability}`);
const sampleText = ({ id, kind, before, after }: Sample): string => {
  const [was, is] = [offerText(before), offerText(after)];
  const offer = was === is ? `${is}, other fields` : [was, is].filter((text) => text !== '').join(' → ');
  return `${kind} ${id}: ${offer}`;
};
