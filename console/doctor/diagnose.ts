import type { Facts } from './facts.ts';
import type { Finding } from './finding.ts';
import { judgeBreaker } from './judge-breaker.ts';
import { isAway, judgeCatalog } from './judge-catalog.ts';
import { judgePlace } from './judge-place.ts';
import { judgeQuota } from './judge-quota.ts';
import { judgeToken } from './judge-token.ts';

export interface Diagnosis {
  findings: Finding[];
  /** Whether Meta was there to be asked; true also when it was not asked. */
  reached: boolean;
}

/** All that there is to say, in the order in which things depend on each other. Pure. */
export const diagnose = ({ place, answers, breaker, now }: Facts): Diagnosis => {
  const reached = answers === null || !isAway(answers.catalog.seen);
  const letIn = answers?.catalog.seen.kind === 'catalog';
  const findings = [
    ...judgePlace(place),
    ...(answers === null ? [] : judgeCatalog(answers, place)),
    ...(answers === null || answers.token === null ? [] : judgeToken(answers.token, now)),
    ...(answers === null || !reached ? [] : [judgeQuota(answers)]),
  ];
  return {
    findings: [...oneForEach(findings), ...(breaker === null ? [] : judgeBreaker(breaker, letIn, now))],
    reached,
  };
};

const ORDER: readonly Finding['about'][] = [
  'settings',
  'version',
  'graph',
  'token',
  'permissions',
  'app secret',
  'catalog',
  'quota',
];
const GRAVITY: Readonly<Record<Finding['state'], number>> = { ok: 0, warn: 1, wrong: 2 };

/** Two answers may tell of the same thing, a dead token for one: the gravest is said, and once. */
const oneForEach = (findings: readonly Finding[]): Finding[] =>
  ORDER.flatMap((about) => {
    const [first, ...others] = findings.filter((finding) => finding.about === about);
    if (first === undefined) return [];
    return [others.reduce((worst, one) => (GRAVITY[one.state] > GRAVITY[worst.state] ? one : worst), first)];
  });
