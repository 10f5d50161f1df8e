import { at, type Mutant } from './mutant.ts';

const judgeBlocks = at('services/validate/src/judge-blocks.ts');
const wholeFeeds = at('services/validate/src/domain/whole-feeds.ts');

export const validateMutants: readonly Mutant[] = [
  {
    name: 'rejected-row-not-present',
    sentence: 'a product whose row is rejected counts as missing from a whole feed',
    patches: [judgeBlocks('if (verdict === REJECTED && withRejected)', 'if (verdict === REJECTED && !withRejected)')],
    shows: ['I2', 'L2'],
  },
  {
    name: 'cut-feed-deletes',
    sentence: 'a whole feed that is cut deletes what it does not name',
    patches: [wholeFeeds("  if (cut) return 'it is cut';\n", '')],
    shows: ['I2', 'L2'],
  },
  {
    name: 'unreadable-id-deletes',
    sentence: 'a whole feed deletes though one of its rows has no id that can be read',
    patches: [wholeFeeds('if (unreadableIds > 0)', 'if (unreadableIds < 0)')],
    shows: ['I2', 'L2'],
  },
  {
    name: 'part-taken-for-whole',
    sentence: 'some parts of a whole feed are taken for all of them',
    patches: [wholeFeeds('if (present.size < n)', 'if (present.size < 0)')],
    shows: ['I2', 'L2'],
  },
];
