/**
 * Every kind of alert, in the order of the flow: what it means, what to do, and when it is over. The codec takes its kinds
 * from here, e-mails their last lines, and docs/meta.md its table.
 */
export interface AlertKind {
  readonly means: string;
  readonly remedy: string;
  /** When it is cleared; null for a notice, which is told once and never cleared. */
  readonly over: string | null;
}

const WITHOUT = (what: string): string =>
  `a later sync lands files and has no ${what}, or other ones (then it is a new alert)`;

export const alertKinds = {
  'file-ignored': {
    means: 'Something landed in the landing zone that is no product file. It was left alone.',
    remedy: 'Remove it, or land it again with a name that ends in .csv or .csv.gz.',
    over: null,
  },
  'file-refused': {
    means: 'A file could not be used as a whole; the other files of its sync were.',
    remedy: 'Mend what its report names (it lies beside the file in `refused/`) and land it again.',
    over: WITHOUT('refused files'),
  },
  'validation-failed': {
    means: 'None of a sync’s files could be used: nothing was sent, the catalog stays as it was.',
    remedy: 'Mend what the files’ reports name (they lie beside the files in `refused/`) and land them again.',
    over: 'a later sync lands a file that can be used, or fails for other reasons (then it is a new alert)',
  },
  'file-misdescribed': {
    means:
      'A file is not what it says of itself: not the whole feed, or its metadata cannot be read. What could be used of it was; it deleted nothing.',
    remedy:
      'Mend what the alert names, or land the file as the update that it is. Until then, products that left the feed stay.',
    over: WITHOUT('such files'),
  },
  'rows-rejected': {
    means: 'Rows were set aside. What is live of their products stays as it is; the other rows were used.',
    remedy: 'Mend the rows that the file’s report names (it lies beside the file in `archive/`) where they come from.',
    over: WITHOUT('rows set aside'),
  },
  'plan-held': {
    means: 'A plan would delete, change or take out of stock more than the gate allows. Nothing of it is sent.',
    remedy: 'Look at it, then approve or discard it.',
    over: 'somebody has decided',
  },
  'items-errored': {
    means: 'Meta refused items. They are not sent again unchanged for a day, nor after three equal refusals.',
    remedy: 'Mend the rows and land them again; `catalog-sync retry` sends them again as they are.',
    over: 'no product is left whose last item Meta refused, or other ones were refused (then it is a new alert)',
  },
  'items-unknown': {
    means: 'Nobody knows what Meta did with items. They are sent again by themselves; given up after three times.',
    remedy:
      'None, unless they were given up: then look at them in the catalog, change their rows or `catalog-sync retry`.',
    over: 'it is known of each product what became of it, or not of other ones (then it is a new alert)',
  },
  'item-warnings': {
    means: 'Meta took the items and warns about them: a field may not have been updated.',
    remedy: 'Look at the messages; mend the rows where they are right.',
    over: WITHOUT('warnings of Meta’s'),
  },
  'access-refused': {
    means: 'Meta does not let us in: token, permission, catalog number or version. Nothing is lost, all waits.',
    remedy: 'Do what the alert says, by Meta’s code; `catalog-sync doctor` looks at all of it at once.',
    over: 'Meta lets us in again; that is tried by itself, without a deploy',
  },
  'sync-stalled': {
    means: 'A sync has not settled for two hours, and neither refused access nor a held plan is why.',
    remedy: 'Look at what the alert says it waits for. Files that land meanwhile wait for the next sync.',
    over: 'the sync has settled',
  },
  'event-parked': {
    means:
      'A message could not be read and was put aside in the work bucket. Work goes on: the tables know what is to be done.',
    remedy: 'Deploy all services to one version, then replay the event archive.',
    over: null,
  },
} as const satisfies Readonly<Record<string, AlertKind>>;
