import fc from 'fast-check';
import { type CrcAlgorithm, combineCrc, newCrc } from './crc.ts';

const crcOf = (algorithm: CrcAlgorithm, ...parts: Uint8Array[]): Buffer => {
  const crc = newCrc(algorithm);
  for (const part of parts) crc.update(part);
  return crc.value();
};

/** The check values of the catalogue of parametrised CRC algorithms: the CRC of "123456789". */
describe.each([
  ['CRC32', 'cbf43926'],
  ['CRC32C', 'e3069283'],
  ['CRC64NVME', 'ae8b14860a799888'],
] as const)('%s', (algorithm, check) => {
  test('has its published check value', () => {
    expect(crcOf(algorithm, Buffer.from('123456789')).toString('hex')).toBe(check);
  });

  test('is the same in pieces, and can be put together from the CRCs of pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 4 }), (pieces) => {
        const whole = crcOf(algorithm, Buffer.concat(pieces));
        expect(crcOf(algorithm, ...pieces)).toEqual(whole);
        const parts = pieces.map((piece) => ({ value: crcOf(algorithm, piece), size: piece.length }));
        expect(combineCrc(algorithm, parts)).toEqual(whole);
      }),
    );
  });
});
