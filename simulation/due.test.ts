import type { Facts, Landed } from './checks/facts.ts';
import { openDue } from './due.ts';
import type { Notes } from './notes.ts';

const NEVER = Number.POSITIVE_INFINITY;

/** A shop with one catalog, its tables empty. */
const opened = () => {
  const table = () => {
    const records = new Map<string, object>();
    let writes = 0;
    return {
      firstDue: () => NEVER,
      writes: () => writes,
      peek: (pk: string, sk: string) => records.get(`${pk} ${sk}`),
      put: (pk: string, sk: string, record: object) => {
        records.set(`${pk} ${sk}`, record);
        writes += 1;
      },
    };
  };
  const tables = { ingest: table(), transform: table(), monitor: table() };
  const landed = new Map<string, Landed>();
  const world = { catalogs: { default: {} }, strays: [] };
  const facts = { world, tables, landed, now: () => 0 } as unknown as Facts;
  let progress = 0;
  const due = openDue(facts, { progress: () => progress } as Notes);
  return {
    ...tables,
    due,
    land: (key: string): void => void landed.set(key, { key, versionId: 'v1', catalog: 'default' } as Landed),
    moveOn: (): void => {
      progress += 1;
    },
  };
};

describe('ingest has something to do', () => {
  test('while a file has landed and no sync has taken it', () => {
    const { due, ingest, land } = opened();
    expect(due.of('ingest')).toBe(NEVER);
    land('data/a.csv');
    expect(due.of('ingest')).toBe(0);
    ingest.put('file#default', 'data/a.csv#v1', { state: 'seen' });
    expect(due.of('ingest')).toBe(0);
    ingest.put('file#default', 'data/a.csv#v1', { state: 'in' });
    expect(due.of('ingest')).toBe(NEVER);
  });

  test('while a sync is active, or something is asked for', () => {
    const { due, ingest } = opened();
    ingest.put('catalog#default', 'catalog', { active: 1, asks: [] });
    expect(due.of('ingest')).toBe(0);
    ingest.put('catalog#default', 'catalog', { active: 0, asks: ['p1'] });
    expect(due.of('ingest')).toBe(0);
    ingest.put('catalog#default', 'catalog', { active: 0, asks: [] });
    expect(due.of('ingest')).toBe(NEVER);
  });

  test('when carried rows are due', () => {
    const { due, transform } = opened();
    expect(due.of('ingest')).toBe(NEVER);
    transform.put('pointer#default', 'pointer', { due: 70 });
    expect(due.of('ingest')).toBe(70);
  });
});

test('monitor has something to do whenever anything has moved on since its tick', () => {
  const { due, moveOn } = opened();
  moveOn();
  expect(due.of('monitor')).toBe(0);
  due.ticked('monitor');
  expect(due.of('monitor')).toBe(NEVER);
});
