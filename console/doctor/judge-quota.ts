/** How much of Meta's allowance is used, as far as the answers told. Pure. */
import { MINUTE } from '@catalog-sync/shared/catalog/instant.ts';
import { MUCH_PERCENT } from '@catalog-sync/shared/catalog/throttle.ts';
import type { Usage } from '@catalog-sync/shared/ports/graph.ts';
import type { Answers } from './facts.ts';
import { type Finding, ok, warn } from './finding.ts';

export const judgeQuota = ({ catalog, withoutProof, token }: Answers): Finding => {
  const looks = [catalog, withoutProof, token].filter((look) => look !== null);
  for (const { seen } of looks) {
    if (seen.kind !== 'throttled') continue;
    const when = seen.regainMs > 0 ? `for about ${minutes(seen.regainMs)}` : 'and does not say for how long';
    return warn(
      'quota',
      `Meta throttles${seen.code === null ? '' : ` (code ${seen.code})`}, ${when}`,
      'wait: each call until then makes it last longer. If it is often so, other tools may use the same app or catalog',
    );
  }
  const usages = looks.map(({ usage }) => usage).filter((usage) => usage !== null);
  if (usages.length === 0) return ok('quota', 'no usage header came: little is used');
  const { percent, regainMs } = usages.reduce(more);
  const used = `${percent} % is used`;
  return percent < MUCH_PERCENT
    ? ok('quota', used)
    : warn(
        'quota',
        `${used}${regainMs > 0 ? `, free again in about ${minutes(regainMs)}` : ''}`,
        'let other tools on this app and catalog call less; sending pauses by itself near the end of it',
      );
};

const more = (a: Usage, b: Usage): Usage => (b.percent > a.percent ? b : a);
const minutes = (ms: number): string => `${Math.ceil(ms / MINUTE)} min`;
