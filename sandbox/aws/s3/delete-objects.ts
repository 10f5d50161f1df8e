import { answerEmpty, answerXml, type Call, header } from './call.ts';
import { ALGORITHMS, checksumHeader } from './checksum.ts';
import { malformedXml, S3Error } from './errors.ts';
import { receiveXml } from './receive.ts';
import { type Deleted, deleteOne } from './versions.ts';
import { childrenOf, textOf, type XmlField } from './xml.ts';

export const deleteObject = (call: Call): void => {
  const { store, options } = call.core;
  store.bucket(call.bucket);
  options.beforeWrite();
  const deleted = deleteOne(call, {
    key: call.key,
    versionId: call.query.get('versionId') ?? undefined,
    match: header(call, 'if-match'),
  });
  answerEmpty(call, 204, {
    'x-amz-version-id': deleted.id,
    'x-amz-delete-marker': deleted.marker ? 'true' : undefined,
  });
};

/** DeleteObjects names at most this many. */
const MAX_OBJECTS = 1000;

const deletedFields = (key: string, versionId: string | undefined, deleted: Deleted): XmlField => [
  'Deleted',
  [
    ['Key', key],
    ['VersionId', versionId],
    ['DeleteMarker', deleted.marker ? true : undefined],
    ['DeleteMarkerVersionId', deleted.marker ? deleted.id : undefined],
  ],
];

export const deleteObjects = async (call: Call): Promise<void> => {
  const { store, options } = call.core;
  store.bucket(call.bucket);
  const digest = ['content-md5', 'x-amz-trailer', ...ALGORITHMS.map(checksumHeader)];
  if (!digest.some((name) => header(call, name) !== undefined)) {
    throw new S3Error('InvalidRequest', 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*');
  }
  const body = await receiveXml(call, 'Delete');
  const objects = body ? childrenOf(body, 'Object') : [];
  if (!body || objects.length === 0 || objects.length > MAX_OBJECTS) throw malformedXml();
  const targets = objects.map((object) => {
    const key = textOf(object, 'Key');
    if (!key) throw malformedXml();
    return { key, versionId: textOf(object, 'VersionId'), match: textOf(object, 'ETag') };
  });
  const quiet = textOf(body, 'Quiet') === 'true';

  options.beforeWrite();
  const fields = targets.map((target): XmlField | undefined => {
    try {
      const deleted = deleteOne(call, target);
      return quiet ? undefined : deletedFields(target.key, target.versionId, deleted);
    } catch (error) {
      if (!(error instanceof S3Error)) throw error;
      const { key, versionId } = target;
      return [
        'Error',
        [
          ['Key', key],
          ['VersionId', versionId],
          ['Code', error.code],
          ['Message', error.message],
        ],
      ];
    }
  });
  answerXml(
    call,
    'DeleteResult',
    fields.filter((field) => field !== undefined),
  );
};
