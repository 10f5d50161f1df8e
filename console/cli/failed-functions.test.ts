import { failureTexts } from './failed-functions.ts';

test('functions that failed are named, with where they say why; the others are not', () => {
  const functions = [
    { name: 'transform-work', errors: 2 },
    { name: 'publish-work', errors: 0 },
  ];
  expect(failureTexts(functions, 'data/lambda/logs')).toEqual([
    'transform-work failed 2 times: see data/lambda/logs/transform-work.log',
  ]);
});
