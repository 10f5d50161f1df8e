import { nameOfSync } from './name-of-sync.ts';

describe('a sync is named', () => {
  test.each([
    ['42', { catalog: null, sync: 42 }, 'by its number'],
    ['000042', { catalog: null, sync: 42 }, 'by its number as ids show it'],
    ['default-000042', { catalog: 'default', sync: 42 }, 'by its id'],
    ['garden-2-000042', { catalog: 'garden-2', sync: 42 }, 'by the id of a catalog whose name ends in a number'],
    ['7-000042', { catalog: '7', sync: 42 }, 'by the id of a catalog whose name is a number'],
    ['default-1000000', { catalog: 'default', sync: 1_000_000 }, 'by an id that has outgrown six digits'],
  ])('%s: %j, %s', (word, name, _how) => expect(nameOfSync(word)).toEqual(name));

  test.each([
    '',
    '0',
    '-3',
    '1.5',
    'default',
    'default-',
    'default-000000',
    '-000042',
    'Default-000042',
    '../-1',
    '1e3',
  ])('not by "%s"', (word) => expect(nameOfSync(word)).toBeUndefined());
});
