import type { Core } from './call.ts';
import { sayDeleted } from './events.ts';
import type { LifecycleRule, ObjectVersion } from './model.ts';
import type { Bucket } from './store.ts';
import { deleteCurrent, deleteVersion } from './versions.ts';

export const DAY_MS = 24 * 3600 * 1000;

/** S3 adds the days and rounds up to the next midnight UTC ("Lifecycle configuration elements", rounding of dates). */
const dueAt = (since: number, days: number | string): number =>
  Math.ceil((since + Number(days) * DAY_MS) / DAY_MS) * DAY_MS;

const concerns = (rule: LifecycleRule, key: string): boolean =>
  rule.Status === 'Enabled' && key.startsWith(rule.Prefix ?? '') && (rule.TagFilters ?? []).length === 0;

const fits = (rule: LifecycleRule, { size }: ObjectVersion): boolean =>
  (rule.ObjectSizeGreaterThan === undefined || size > Number(rule.ObjectSizeGreaterThan)) &&
  (rule.ObjectSizeLessThan === undefined || size < Number(rule.ObjectSizeLessThan));

const isExpired = (rule: LifecycleRule, version: ObjectVersion, now: number): boolean =>
  (rule.ExpirationInDays !== undefined && dueAt(version.modified, rule.ExpirationInDays) <= now) ||
  (rule.ExpirationDate !== undefined && Date.parse(rule.ExpirationDate) <= now);

/** A delete marker with nothing behind it goes when a rule says so, or when it is itself past the rule's days. */
const isMarkerExpired = (rule: LifecycleRule, marker: ObjectVersion, now: number): boolean =>
  String(rule.ExpiredObjectDeleteMarker) === 'true' || isExpired(rule, marker, now);

/** A version is noncurrent since the next newer one came. */
const isNoncurrentExpired = (
  rule: LifecycleRule,
  place: number,
  successor: ObjectVersion | undefined,
  now: number,
): boolean => {
  const days = rule.NoncurrentVersionExpiration?.NoncurrentDays ?? rule.NoncurrentVersionExpirationInDays;
  if (days === undefined || !successor) return false;
  const kept = Number(rule.NoncurrentVersionExpiration?.NewerNoncurrentVersions ?? 0);
  return place > kept && dueAt(successor.modified, days) <= now;
};

const expireKey = (core: Core, bucket: Bucket, rules: readonly LifecycleRule[], key: string, now: number): void => {
  const { store } = core;
  const { settings } = bucket;
  const versions = [...bucket.versions(key)];
  versions.forEach((version, place) => {
    const expired = rules.some(
      (rule) => place > 0 && fits(rule, version) && isNoncurrentExpired(rule, place, versions[place - 1], now),
    );
    if (!expired) return;
    const { changes, removal } = deleteVersion(bucket, version);
    store.commit(changes);
    sayDeleted(core, settings, removal);
  });

  const [current, ...others] = bucket.versions(key);
  if (!current) return;
  if (current.marker) {
    if (others.length > 0 || !rules.some((rule) => isMarkerExpired(rule, current, now))) return;
    const { changes, removal } = deleteVersion(bucket, current);
    store.commit(changes);
    sayDeleted(core, settings, removal);
  } else if (rules.some((rule) => fits(rule, current) && isExpired(rule, current, now))) {
    const { changes, removal } = deleteCurrent(store, bucket, key);
    store.commit(changes);
    if (removal) sayDeleted(core, settings, removal);
  }
};

const abortUploads = (core: Core, bucket: Bucket, now: number): void => {
  for (const { upload } of core.store.uploads(bucket.settings.name)) {
    const due = bucket.settings.lifecycle.some((rule) => {
      const days = rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation;
      return concerns(rule, upload.key) && days !== undefined && dueAt(upload.initiated, days) <= now;
    });
    if (due) core.store.commit([{ type: 'upload-gone', id: upload.id }]);
  }
};

/** Does at once what the buckets' lifecycle rules have due by the clock's time. */
export const runLifecycle = (core: Core): void => {
  const now = core.options.clock.now();
  for (const { name } of core.store.buckets()) {
    const bucket = core.store.bucket(name);
    if (bucket.settings.lifecycle.length === 0) continue;
    for (const key of [...bucket.keys()]) {
      const rules = bucket.settings.lifecycle.filter((rule) => concerns(rule, key));
      if (rules.length > 0) expireKey(core, bucket, rules, key, now);
    }
    abortUploads(core, bucket, now);
  }
};

/** Runs the lifecycle at each midnight UTC of the clock. Returns how to end it. */
export const scheduleLifecycle = (core: Core): (() => void) => {
  const { clock } = core.options;
  let cancel: () => void = () => undefined;
  const arm = (): void => {
    const midnight = (Math.floor(clock.now() / DAY_MS) + 1) * DAY_MS;
    cancel = clock.at(midnight, () => {
      runLifecycle(core);
      arm();
    });
  };
  arm();
  return () => cancel();
};
