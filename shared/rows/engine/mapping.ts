/**
 * The version of the mapping from rows to items. Whoever changes which items the same rows become makes it one more:
 * fingerprints are seeded with it, so that every product then counts as changed and is sent once more.
 */
export const MAPPING_VERSION = 1;
