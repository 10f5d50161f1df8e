import { createHash } from 'node:crypto';
import { hashOf } from './hash.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('the hash of some parts', () => {
  test.each([
    ['of none', [], ''],
    ['of one', ['shoes'], 'shoes\0'],
    ['of some, each closed', ['spring', '', 'shoes'], 'spring\0\0shoes\0'],
    ['of other letters', ['größe', '靴', '👟'], 'größe\0靴\0👟\0'],
    ['of halves of a character, which do not meet', ['\ud83d', '\udc5f'], '\ufffd\0\ufffd\0'],
  ])('%s is that of their text', (_, parts, text) => {
    expect(hashOf(parts, 64)).toBe(sha256(text));
    expect(hashOf(parts.map(bytes), 64)).toBe(sha256(text));
  });

  test('is the same whether they come as text, as bytes, or as both', () => {
    expect(hashOf([bytes('größe'), '42'])).toBe(hashOf(['größe', '42']));
  });

  test('is as long as is asked for', () => {
    expect(hashOf(['shoes'])).toBe(sha256('shoes\0').slice(0, 32));
    expect(hashOf(['shoes'], 12)).toBe(sha256('shoes\0').slice(0, 12));
  });
});
