import { InvalidInputError } from '../../core/errors.ts';
import { type ExpectedEyes, expectedEyesSchema } from '../../core/exams/exam-record.ts';
import { arrivalOrder } from '../../core/exams/image-version.ts';
import { type Laterality, parseLaterality } from '../../core/exams/laterality.ts';
import type { ReceivedImage } from '../../core/exams/receive-image.ts';
import { parseImageKey } from '../../core/keys/image-key.ts';
import { IMAGE_METADATA } from '../../core/keys/image-metadata.ts';
import type { ObjectStore, StoredObject } from '../../core/ports/index.ts';
import type { ObjectCreated } from './object-created.ts';

function lateralityOf(object: StoredObject, named: Laterality | null): Laterality {
  const spelled = object.metadata[IMAGE_METADATA.laterality];
  const declared = spelled === undefined ? null : parseLaterality(spelled);
  if (spelled !== undefined && declared === null) {
    throw new InvalidInputError(
      `Photograph "${object.key}" says laterality ${JSON.stringify(spelled)}, which is neither left nor right. Upload it again as left or right.`,
    );
  }
  if (named !== null && declared !== null && named !== declared) {
    throw new InvalidInputError(
      `Photograph "${object.key}" is named ${named} but its metadata says ${declared}. Find out which is true and upload it again.`,
    );
  }
  const laterality = named ?? declared;
  if (laterality === null) {
    throw new InvalidInputError(
      `Photograph "${object.key}" does not say which eye it shows. Put left or right (OS, OD) into its name and upload it again.`,
    );
  }
  return laterality;
}

function expectedEyesOf(object: StoredObject): ExpectedEyes {
  const parsed = expectedEyesSchema.safeParse(object.metadata[IMAGE_METADATA.eyes]);
  return parsed.success ? parsed.data : 'both';
}

/**
 * Finds out which eye of which exam a new object shows.
 *
 * @returns `null` if this version has been deleted for good meanwhile
 * @throws InvalidInputError if the key or the laterality cannot be understood
 */
export async function readImage(store: ObjectStore, created: ObjectCreated): Promise<ReceivedImage | null> {
  const parts = parseImageKey(created.key);
  const object = await store.head(created.key, created.versionId);
  if (object === undefined) return null;
  return {
    exam: parts.exam,
    laterality: lateralityOf(object, parts.laterality),
    expectedEyes: expectedEyesOf(object),
    image: {
      key: object.key,
      versionId: object.versionId,
      sha256: object.sha256,
      bytes: object.bytes,
      order: arrivalOrder(object.lastModified, created.sequencer, object.key),
    },
  };
}
