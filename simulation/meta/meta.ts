import type { Handle } from '../../shared/catalog/handle.ts';
import { UNUSED } from '../../shared/catalog/throttle.ts';
import type {
  AccessRefused,
  CheckOutcome,
  Graph,
  ItemRemark,
  ProbeOutcome,
  SendOutcome,
} from '../../shared/ports/graph.ts';
import type { MetaSecret, Secrets } from '../../shared/ports/secrets.ts';
import { hash } from '../chance.ts';
import type { Loop } from '../cloud/loop.ts';
import { CALL_FAULTS, type CallFault, type Luck } from '../cloud/luck.ts';
import { type Caller, type Network, READ_FAULTS } from '../cloud/network.ts';
import type { Trouble } from '../shop/world.ts';
import { openAllowance } from './allowance.ts';
import { answerAbout, type Request, type TakenBatch, takeBatch, temperOf } from './handles.ts';

/** One call that reached Meta, and what came of it. */
export interface Post {
  catalogId: string;
  /** The sync that was active when it left. */
  sync: number;
  /** When it left the worker, and when it arrived. */
  leftAt: number;
  at: number;
  body: string;
  requests: readonly Request[];
  /** What Meta answered; the caller may never have heard it. */
  answer: SendOutcome['kind'];
  batch: TakenBatch | null;
}

/** Content of a product that may still show, or that nobody can be sure about. */
interface Pending {
  content: string;
  until: number;
}

export interface MetaOptions {
  loop: Loop;
  luck: Luck;
  network: Network;
  /** Milliseconds by Meta's own id of the catalog: G. */
  embargoMs: Readonly<Record<string, number>>;
  troubles: readonly Trouble[];
  /** Epoch milliseconds of the start, from which troubles count. */
  start: number;
  odd: number;
  /** Epoch milliseconds from which `unripe` items are taken. */
  ripeAt: number;
  /** Called for each POST as it leaves its worker, whatever becomes of it; says for which sync it does. */
  posted(post: Pick<Post, 'catalogId' | 'leftAt' | 'body' | 'requests'>): number;
  /** How far two workers' clocks may be apart, in milliseconds. */
  apartMs: number;
  /** Calls an hour by Meta's own id of the catalog. */
  callsPerHour: Readonly<Record<string, number>>;
  /** Somebody calls although Meta has asked to wait. */
  pestered(what: string): void;
  /** Two contents of one product are under way at once. */
  conflict(what: string): void;
}

export interface SimMeta {
  reachedBy(caller: Caller, secret: Secrets['meta']): Graph;
  /** What the catalog shows, by retailer id. */
  items(catalogId: string): ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly posts: readonly Post[];
  /** The version of the token that works; renewing makes the next one. */
  renewToken(): void;
  secret(): MetaSecret;
  calm(): void;
}

/** How a POST came: when it left its worker, whether its answer will be lost, whether it is the first of two alike. */
interface Way {
  sync: number;
  leftAt: number;
  lost: boolean;
  atOnce: boolean;
}

const HTTP_TIMEOUT_MS = 60_000;
/** What keeps an answer from whoever waits for it; one that is late beyond the time-out does, too. */
const LOSING: readonly CallFault[] = ['fail-after', 'crash-after'];
export const CANARY = 'canary-token-that-nobody-may-see';

export const openMeta = (options: MetaOptions): SimMeta => {
  const { loop, luck, network, embargoMs, troubles, start, ripeAt, posted, conflict } = options;
  const shown = new Map<string, Map<string, Record<string, string>>>();
  const handles = new Map<string, TakenBatch>();
  const pending = new Map<string, Pending[]>();
  const posts: Post[] = [];
  let tokenVersion = 1;
  let calm = false;

  const odd = (): number => (calm ? 0 : options.odd);
  const itemsOf = (catalogId: string): Map<string, Record<string, string>> => {
    const found = shown.get(catalogId) ?? new Map<string, Record<string, string>>();
    shown.set(catalogId, found);
    return found;
  };
  const troubled = (kind: Trouble['kind']): boolean => {
    const at = loop.now() - start;
    return !calm && troubles.some((trouble) => trouble.kind === kind && trouble.from <= at && at < trouble.to);
  };
  const outageNow = () => (['unreachable', 'server', 'html', 'throttled'] as const).find(troubled);
  /** A token dies at the beginning of its trouble and stays dead until somebody renews it. */
  const isDead = (version: string): boolean => {
    const deaths = troubles.filter(({ kind, from }) => kind === 'dead-token' && start + from <= loop.now()).length;
    return Number(version) <= deaths && Number(version) <= tokenVersion;
  };
  const refusedAccess = ({ version }: MetaSecret): AccessRefused | undefined => {
    if (isDead(version)) return { kind: 'access', code: 190, subcode: 463, message: 'expired', secretVersion: version };
    return troubled('no-permission')
      ? { kind: 'access', code: 200, subcode: null, message: 'not allowed', secretVersion: version }
      : undefined;
  };
  const allowance = openAllowance({ ...options, now: loop.now });

  const apply = (catalogId: string, { method, data }: Request): void => {
    const items = itemsOf(catalogId);
    if (method === 'DELETE') items.delete(data.id);
    else items.set(data.id, { ...items.get(data.id), ...data });
  };
  /** Nothing else may be under way for a product while something may still show. */
  const watch = (catalogId: string, request: Request, until: number): void => {
    const name = `${catalogId} ${request.data.id}`;
    const content = JSON.stringify(request);
    const open = (pending.get(name) ?? []).filter((one) => one.until > loop.now());
    const other = open.find((one) => one.content !== content);
    if (other !== undefined)
      conflict(
        `${name}: ${content} is sent while ${other.content} may still show until ${new Date(other.until).toISOString()}`,
      );
    pending.set(name, [...open, { content, until }]);
  };

  const accept = (catalogId: string, requests: readonly Request[], way: Way, validation: ItemRemark[]) => {
    const { leftAt, lost } = way;
    const G = embargoMs[catalogId] ?? 0;
    const handle = `Ac${handles.size + 1}-${hash(1, JSON.stringify(requests)).toString(36)}`;
    const batch = takeBatch(
      { handle, catalogId, requests },
      { ...way, now: loop.now(), G, ripe: loop.now() >= ripeAt, odd: odd() },
      luck,
    );
    handles.set(handle, batch);
    for (const [place, request] of requests.entries()) {
      const at = batch.appliedAt[place] ?? null;
      if (batch.refused.includes(place)) continue;
      // Without answer or verdict nobody can know: it counts as under way for all of G.
      watch(catalogId, request, batch.end === 'finished' && !lost ? (at ?? 0) : leftAt + G);
      if (at !== null) loop.at(at, () => apply(catalogId, request));
    }
    const accepted: SendOutcome = {
      kind: 'accepted',
      handle: handle as Handle,
      validation,
      // Behind a lost answer nobody hears it.
      usage: lost ? UNUSED : allowance.usage('batch', catalogId, odd() * 0.15),
    };
    return { outcome: accepted, batch };
  };

  const answer = (
    catalogId: string,
    requests: readonly Request[],
    way: Way,
    secret: MetaSecret,
  ): { outcome: SendOutcome; batch: TakenBatch | null } => {
    const only = (outcome: SendOutcome) => ({ outcome, batch: null });
    const strikes = (kind: string, probability: number): boolean => luck.strikes(kind, catalogId, odd() * probability);
    const noHandle = (validation: ItemRemark[]): SendOutcome => ({
      kind: 'no-handle',
      validation,
      usage: allowance.usage('batch', catalogId, odd() * 0.15),
    });
    const outage = outageNow();
    if (outage === 'unreachable') return only({ kind: 'unreachable', why: 'ECONNREFUSED' });
    if (outage === 'server') return only({ kind: 'server', code: 2, message: 'down' });
    if (outage === 'throttled') return only(allowance.throttle('batch', catalogId));
    if (outage === 'html') {
      // A gateway's page says nothing about what stands behind it.
      const taken = luck.strikes('taken-behind-html', catalogId, 0.2);
      const batch = taken ? accept(catalogId, requests, { ...way, lost: true }, []).batch : null;
      return { outcome: { kind: 'ambiguous', why: 'HTTP 502' }, batch };
    }
    const refused = refusedAccess(secret);
    if (refused !== undefined) return only(refused);
    if (strikes('throttled', 0.15)) return only(allowance.throttle('batch', catalogId));
    if (strikes('too-large', 0.1)) return only({ kind: 'too-large', code: 1 });
    if (strikes('unexplained', 0.1)) return only({ kind: 'unexplained', code: -3, subcode: null, message: 'internal' });
    if (strikes('server', 0.1)) return only({ kind: 'server', code: 2, message: 'busy' });
    if (strikes('no-handle', 0.1)) return only(noHandle([]));
    if (requests.some((request) => temperOf(request) === 'poison')) {
      return only({ kind: 'invalid-parameter', code: 100, subcode: null, message: 'Invalid parameter' });
    }
    const bad = requests.filter((request) => temperOf(request) === 'refused-at-once');
    const good = requests.filter((request) => !bad.includes(request));
    const validation = bad.map(({ data }) => ({ id: data.id, errors: ['Meta does not read it.'], warnings: [] }));
    if (good.length === 0 || (bad.length > 0 && strikes('no-handle-with-names', 0.5))) {
      return only(noHandle(validation));
    }
    return accept(catalogId, good, way, validation);
  };

  const post = (catalogId: string, body: string, way: Way, secret: MetaSecret): SendOutcome => {
    const { requests } = JSON.parse(body) as { requests: Request[] };
    const facts = { catalogId, sync: way.sync, leftAt: way.leftAt, at: loop.now(), body, requests };
    const { outcome, batch } = answer(catalogId, requests, way, secret);
    posts.push({ ...facts, answer: outcome.kind, batch });
    return outcome;
  };

  const check = (catalogId: string, handle: string, secret: MetaSecret): CheckOutcome => {
    const outage = outageNow();
    if (outage === 'throttled') return allowance.throttle('reads', catalogId);
    if (outage !== undefined) return { kind: 'no-answer', why: 'down' };
    const refused = refusedAccess(secret);
    if (refused !== undefined) return refused;
    if (luck.strikes('no-answer', handle, odd() * 0.1)) return { kind: 'no-answer', why: 'HTTP 500' };
    if (luck.strikes('asks-throttled', handle, odd() * 0.1)) return allowance.throttle('reads', catalogId);
    const outcome = answerAbout(handles.get(handle), loop.now(), odd(), luck);
    return 'usage' in outcome ? { ...outcome, usage: allowance.usage('reads', catalogId, odd() * 0.1) } : outcome;
  };

  const probe = (catalogId: string, secret: MetaSecret): ProbeOutcome => {
    const outage = outageNow();
    if (outage === 'throttled') return allowance.throttle('reads', catalogId);
    if (outage !== undefined) return { kind: 'no-answer', why: 'down' };
    return refusedAccess(secret) ?? { kind: 'ok', name: null, productCount: null };
  };

  /** As the client does it: a token that is refused is read anew, in case there is a newer one. */
  const usable = async (secret: Secrets['meta']): Promise<MetaSecret> => {
    const first = await secret();
    return isDead(first.version) ? secret({ fresh: true }) : first;
  };

  /** The HTTP client waits a minute and no longer; what is on its way may still arrive. */
  const inTime = async <A>(caller: Caller, call: Promise<A>, late: A): Promise<A> =>
    Promise.race([
      call,
      new Promise<A>((resolve) => loop.at(loop.now() + HTTP_TIMEOUT_MS, () => caller.alive() && resolve(late))),
    ]);

  return {
    posts,
    items: itemsOf,
    renewToken: () => {
      tokenVersion += 1;
    },
    secret: () => ({ accessToken: `${CANARY}-${tokenVersion}`, appSecret: null, version: String(tokenVersion) }),
    calm: () => {
      calm = true;
    },
    reachedBy: (caller, secret) => ({
      sendBatch: async (catalogId, bodyJson) => {
        const body = typeof bodyJson === 'string' ? bodyJson : new TextDecoder().decode(bodyJson);
        const used = await usable(secret).catch(() => null);
        if (used === null) return { kind: 'unreachable', why: 'the secret could not be read' };
        const leftAt = loop.now();
        allowance.leaves('batch', catalogId);
        const sync = posted({
          catalogId,
          leftAt,
          body,
          requests: (JSON.parse(body) as { requests: Request[] }).requests,
        });
        let arrived = false;
        const call = network.call(
          caller,
          `graph.sendBatch ${catalogId}`,
          async (fault, first) => {
            arrived = true;
            // What arrives after G is nothing: that is what G stands for.
            if (loop.now() > leftAt + (embargoMs[catalogId] ?? 0) - 2000)
              return { kind: 'ambiguous', why: 'too late' } as const;
            return post(
              catalogId,
              body,
              {
                sync,
                leftAt,
                lost: (fault !== null && LOSING.includes(fault)) || loop.now() - leftAt >= HTTP_TIMEOUT_MS,
                atOnce: first,
              },
              used,
            );
          },
          CALL_FAULTS,
        );
        const heard = call.catch((): SendOutcome => {
          const before = !arrived && luck.roll(`${catalogId} unreachable`) < 0.5;
          return before ? { kind: 'unreachable', why: 'ECONNREFUSED' } : { kind: 'ambiguous', why: 'reset' };
        });
        return inTime<SendOutcome>(caller, heard, { kind: 'ambiguous', why: 'time-out' });
      },
      checkHandle: async (catalogId, handle) => {
        const used = await usable(secret).catch(() => null);
        if (used === null) return { kind: 'no-answer', why: 'the secret could not be read' };
        allowance.leaves('reads', catalogId);
        const call = network.call(
          caller,
          `graph.checkHandle ${catalogId}`,
          async () => check(catalogId, handle, used),
          READ_FAULTS,
        );
        return call.catch((): CheckOutcome => ({ kind: 'no-answer', why: 'reset' }));
      },
      probe: async (catalogId) => {
        const used = await usable(secret).catch(() => null);
        if (used === null) return { kind: 'no-answer', why: 'the secret could not be read' };
        allowance.leaves('reads', catalogId);
        const call = network.call(caller, `graph.probe ${catalogId}`, async () => probe(catalogId, used), READ_FAULTS);
        return call.catch((): ProbeOutcome => ({ kind: 'no-answer', why: 'reset' }));
      },
    }),
  };
};
