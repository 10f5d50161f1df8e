import { unzipSync } from 'fflate';
import { zipOf } from './zip.ts';

const text = (content: string) => new TextEncoder().encode(content);

describe('a zip', () => {
  test('holds what was put into it', () => {
    const unzipped = unzipSync(zipOf({ 'handler.js': text('exports.work = 1'), 'package.json': text('{}') }));
    expect(Object.keys(unzipped)).toEqual(['handler.js', 'package.json']);
    expect(new TextDecoder().decode(unzipped['handler.js'])).toBe('exports.work = 1');
  });

  test('is the same for the same files, in whatever order they come', () => {
    expect(zipOf({ a: text('1'), b: text('2') })).toEqual(zipOf({ b: text('2'), a: text('1') }));
  });

  const timeZone = process.env.TZ;
  afterEach(() => {
    if (timeZone === undefined) delete process.env.TZ;
    else process.env.TZ = timeZone;
  });
  test.each(['America/Los_Angeles', 'UTC', 'Asia/Tokyo'])('dates its entries 1980-01-01 00:00 in %s', (zone) => {
    process.env.TZ = zone;
    const zip = zipOf({ a: text('1') });
    // The local file header's time and date, MS-DOS: at byte 10 and 12 (APPNOTE 4.4.6).
    expect([...zip.subarray(10, 14)]).toEqual([0, 0, 0b0010_0001, 0]);
  });
});
