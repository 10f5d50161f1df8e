/** What the sandbox's own tables say of sending. Pure. */
import type { EpochMs } from '@catalog-sync/shared/catalog/instant.ts';
import { explainRefusal } from '@catalog-sync/shared/records/access-refusals.ts';
import type { Breaker } from './facts.ts';
import { type Finding, ok, warn, wrong } from './finding.ts';
import { inMetasWords } from './in-metas-words.ts';

/** @param letIn whether Meta showed the catalog just now */
export const judgeBreaker = ({ paused, rateUntil, auth }: Breaker, letIn: boolean, now: EpochMs): Finding[] => {
  const findings: Finding[] = [];
  if (auth !== null) {
    const words = inMetasWords(auth.code, auth.subcode, auth.message);
    const since = `nothing is sent since ${instant(auth.since)}: Meta refused access ${words}`;
    findings.push(
      letIn
        ? warn(
            'sandbox',
            `${since}; now it lets us in`,
            'wait: publish looks again within the hour and goes on by itself',
          )
        : wrong('sandbox', since, explainRefusal(auth.code, auth.subcode)?.remedy ?? 'mend what the other lines name'),
    );
  }
  if (paused) findings.push(warn('sandbox', 'the catalog is paused: files wait', 'end it by `catalog-sync resume`'));
  if (rateUntil > now)
    findings.push(
      warn(
        'sandbox',
        `nothing is sent before ${instant(rateUntil)}: Meta had enough or was down`,
        'wait: it goes on by itself',
      ),
    );
  return findings.length > 0 ? findings : [ok('sandbox', 'nothing holds sending back')];
};

const instant = (ms: number): string => new Date(ms).toISOString().slice(0, 19).concat('Z');
