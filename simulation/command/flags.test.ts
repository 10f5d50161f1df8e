import { readFlags } from './flags.ts';

const read = (words: string) => readFlags(words === '' ? [] : words.split(' '), 8);

describe('the command line', () => {
  test.each([
    ['', { kind: 'seeds', from: 1, seeds: 2000 }],
    ['--seeds 5 --from 100', { kind: 'seeds', from: 100, seeds: 5 }],
    ['--seed 7', { kind: 'seed', seed: 7 }],
    ['--sweep', { kind: 'sweep' }],
    ['--regressions', { kind: 'regressions' }],
    ['--mutant x', { kind: 'mutants', name: 'x', from: null, seeds: 10_000 }],
    ['--mutants --from 3 --seeds 9', { kind: 'mutants', name: null, from: 3, seeds: 9 }],
    ['--help', { kind: 'help' }],
  ])('"%s"', (words, task) => expect(read(words).task).toEqual(task));

  test('says how, too', () => {
    expect(read('--workers 3 --keep --json --strict')).toMatchObject({
      workers: 3,
      keep: true,
      json: true,
      strict: true,
    });
    expect(read('')).toMatchObject({ workers: 8, keep: false, json: false, strict: false });
  });

  test.each([
    ['--seeds 0', '--seeds is a whole number from 1, not "0"'],
    ['--seeds many', 'not "many"'],
    ['--workers 1.5', '--workers is a whole number'],
    ['--seed 1 --sweep', '--seed and --sweep are two different things'],
    ['--seed 1 --seeds 5', '--seeds says nothing beside --seed'],
    ['--fast', "Unknown option '--fast'"],
    ['7', 'Unexpected argument'],
  ])('"%s" is wrong: %s', (words, why) => expect(() => read(words)).toThrow(why));
});
