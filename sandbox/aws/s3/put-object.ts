import { answerEmpty, type Call } from './call.ts';
import { writeConditions } from './conditions.ts';
import { checksumHeaders, descriptionIn, encryptionHeaders, versionHeader } from './description.ts';
import { receiveBody } from './receive.ts';
import { storeVersion } from './versions.ts';

export const putObject = async (call: Call): Promise<void> => {
  const { store } = call.core;
  const { settings } = store.bucket(call.bucket);
  const description = descriptionIn(call);
  const conditions = writeConditions(call);
  // S3 gives an object that came without a checksum a CRC64NVME of its own.
  const received = await receiveBody(call, [], 'CRC64NVME');
  try {
    const algorithm = received.sent ?? 'CRC64NVME';
    const version = storeVersion(
      call,
      {
        ...description,
        size: received.size,
        etag: received.md5,
        segments: received.segments,
        checksum: { algorithm, value: received.checksums[algorithm] ?? '', type: 'FULL_OBJECT' },
      },
      { conditions, reason: 'PutObject' },
    );
    answerEmpty(call, 200, {
      etag: `"${version.etag}"`,
      ...versionHeader(settings, version.id),
      ...checksumHeaders(version),
      ...encryptionHeaders(version),
    });
  } finally {
    store.bodies.release(received.segments);
  }
};
