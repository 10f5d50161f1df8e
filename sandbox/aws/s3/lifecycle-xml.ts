import { malformedXml, S3Error } from './errors.ts';
import type { LifecycleRule } from './model.ts';
import { childOf, childrenOf, textOf, type XmlField, type XmlNode } from './xml.ts';

/** A whole number of at least 1, undefined when the element is not there. Throws InvalidArgument. */
const countIn = (node: XmlNode | undefined, name: string): number | undefined => {
  const text = node && textOf(node, name);
  if (text === undefined) return undefined;
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new S3Error('InvalidArgument', `'${name}' must be a positive integer`, {
    ArgumentName: name,
    ArgumentValue: text,
  });
};

const ruleFromXml = (node: XmlNode): LifecycleRule => {
  if (childOf(node, 'Transition') ?? childOf(node, 'NoncurrentVersionTransition')) {
    throw new S3Error('NotImplemented', 'Lifecycle transitions are not implemented: there is one storage class only');
  }
  const status = textOf(node, 'Status');
  if (status !== 'Enabled' && status !== 'Disabled') throw malformedXml();
  const filter = childOf(node, 'Filter');
  const holder = (filter && childOf(filter, 'And')) ?? filter ?? node;
  const tags = childrenOf(holder, 'Tag').map((tag) => ({
    Key: textOf(tag, 'Key') ?? '',
    Value: textOf(tag, 'Value') ?? '',
  }));
  const expiration = childOf(node, 'Expiration');
  const noncurrent = childOf(node, 'NoncurrentVersionExpiration');
  const abort = childOf(node, 'AbortIncompleteMultipartUpload');

  const id = textOf(node, 'ID');
  const prefix = textOf(holder, 'Prefix');
  const greater = textOf(holder, 'ObjectSizeGreaterThan');
  const less = textOf(holder, 'ObjectSizeLessThan');
  const days = countIn(expiration, 'Days');
  const date = expiration && textOf(expiration, 'Date');
  const marker = expiration && textOf(expiration, 'ExpiredObjectDeleteMarker');
  const noncurrentDays = countIn(noncurrent, 'NoncurrentDays');
  const newer = countIn(noncurrent, 'NewerNoncurrentVersions');
  const abortDays = countIn(abort, 'DaysAfterInitiation');
  if ((noncurrent && noncurrentDays === undefined) || (abort && abortDays === undefined)) throw malformedXml();
  return {
    ...(id === undefined ? {} : { Id: id }),
    Status: status,
    ...(prefix === undefined ? {} : { Prefix: prefix }),
    ...(tags.length === 0 ? {} : { TagFilters: tags }),
    ...(greater === undefined ? {} : { ObjectSizeGreaterThan: greater }),
    ...(less === undefined ? {} : { ObjectSizeLessThan: less }),
    ...(days === undefined ? {} : { ExpirationInDays: days }),
    ...(date === undefined ? {} : { ExpirationDate: date }),
    ...(marker === undefined ? {} : { ExpiredObjectDeleteMarker: marker === 'true' }),
    ...(noncurrentDays === undefined
      ? {}
      : {
          NoncurrentVersionExpiration: {
            NoncurrentDays: noncurrentDays,
            ...(newer === undefined ? {} : { NewerNoncurrentVersions: newer }),
          },
        }),
    ...(abortDays === undefined ? {} : { AbortIncompleteMultipartUpload: { DaysAfterInitiation: abortDays } }),
  };
};

/** The rules of a PutBucketLifecycleConfiguration. Throws MalformedXML, InvalidArgument, NotImplemented. */
export const rulesFromXml = (body: XmlNode): LifecycleRule[] => {
  const nodes = childrenOf(body, 'Rule');
  if (nodes.length === 0 || nodes.length > 1000) throw malformedXml();
  return nodes.map(ruleFromXml);
};

const textual = (value: unknown): string | undefined => (value === undefined ? undefined : String(value));

/** One condition stands by itself, several in an And, as S3 gives them back. */
const filterOf = (rule: LifecycleRule): XmlField[] => {
  const tags = (rule.TagFilters ?? []).map(
    (tag): XmlField => [
      'Tag',
      [
        ['Key', tag.Key],
        ['Value', tag.Value],
      ],
    ],
  );
  const sizes: XmlField[] = [
    ['ObjectSizeGreaterThan', rule.ObjectSizeGreaterThan],
    ['ObjectSizeLessThan', rule.ObjectSizeLessThan],
  ];
  const others = [...tags, ...sizes.filter(([, value]) => value !== undefined)];
  if (others.length === 0) return [['Prefix', rule.Prefix ?? '']];
  const all: XmlField[] = rule.Prefix === undefined ? others : [['Prefix', rule.Prefix], ...others];
  return all.length === 1 ? all : [['And', all]];
};

const ruleToXml = (rule: LifecycleRule): XmlField => {
  const noncurrentDays = rule.NoncurrentVersionExpiration?.NoncurrentDays ?? rule.NoncurrentVersionExpirationInDays;
  const expires = rule.ExpirationInDays ?? rule.ExpirationDate ?? rule.ExpiredObjectDeleteMarker;
  return [
    'Rule',
    [
      ['ID', rule.Id],
      ['Filter', filterOf(rule)],
      ['Status', rule.Status],
      [
        'Expiration',
        expires === undefined
          ? undefined
          : [
              ['Days', rule.ExpirationInDays],
              ['Date', rule.ExpirationDate],
              ['ExpiredObjectDeleteMarker', textual(rule.ExpiredObjectDeleteMarker)],
            ],
      ],
      [
        'NoncurrentVersionExpiration',
        noncurrentDays === undefined
          ? undefined
          : [
              ['NoncurrentDays', noncurrentDays],
              ['NewerNoncurrentVersions', rule.NoncurrentVersionExpiration?.NewerNoncurrentVersions],
            ],
      ],
      [
        'AbortIncompleteMultipartUpload',
        rule.AbortIncompleteMultipartUpload && [
          ['DaysAfterInitiation', rule.AbortIncompleteMultipartUpload.DaysAfterInitiation],
        ],
      ],
    ],
  ];
};

export const rulesToXml = (rules: readonly LifecycleRule[]): XmlField[] => rules.map(ruleToXml);
