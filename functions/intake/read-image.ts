import { InvalidInputError } from '../../core/errors.ts';
import { arrivalOrder } from '../../core/exams/arrival-order.ts';
import {
  type ExpectedImages,
  expectedEyesSchema,
  expectedImagesSchema,
  imagesOfEyes,
  NOTHING_ANNOUNCED,
} from '../../core/exams/expected-images.ts';
import { FIELDS, type Field, fieldSchema } from '../../core/exams/field.ts';
import type { Laterality } from '../../core/exams/laterality.ts';
import { parseLaterality } from '../../core/exams/read-laterality.ts';
import type { ReceivedImage } from '../../core/exams/receive-image.ts';
import { movedFromOf } from '../../core/identity/moved-from.ts';
import { parseImageKey } from '../../core/keys/image-key.ts';
import { IMAGE_METADATA } from '../../core/keys/image-metadata.ts';
import type { ImagePrepared } from '../../core/messages/image-prepared.ts';
import type { ObjectStore, StoredObject } from '../../core/ports/index.ts';

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

/** What the uploader announced; an announcement that cannot be read announces nothing. */
function expectedOf({ metadata }: StoredObject): ExpectedImages {
  const eyes = expectedEyesSchema.safeParse(metadata[IMAGE_METADATA.eyes]);
  const ofEyes = eyes.success ? imagesOfEyes(eyes.data) : NOTHING_ANNOUNCED;
  const { expectedLeft, expectedRight } = IMAGE_METADATA;
  const counts = { left: countOf(metadata[expectedLeft]), right: countOf(metadata[expectedRight]) };
  const parsed = expectedImagesSchema.safeParse(counts);
  if (!parsed.success) return ofEyes;
  return { left: parsed.data.left ?? ofEyes.left, right: parsed.data.right ?? ofEyes.right };
}

function countOf(text: string | undefined): number | null {
  return text === undefined || text.trim() === '' ? null : Number(text);
}

function fieldOf(object: StoredObject): Field | null {
  const said = object.metadata[IMAGE_METADATA.field];
  if (said === undefined || said === '') return null;
  const field = fieldSchema.safeParse(said.trim().toLowerCase());
  if (field.success) return field.data;
  throw new InvalidInputError(
    `Photograph "${object.key}" says field ${JSON.stringify(said)}. Expected ${FIELDS.join(', ')}: upload it again with one of them, or without.`,
  );
}

/** A day or an instant, if the uploader said a real one, or else the camera. */
function takenOnOf({ metadata }: StoredObject, { takenOn }: ImagePrepared): { takenOn?: string } {
  const said = metadata[IMAGE_METADATA.takenOn]?.trim() ?? takenOn;
  const isOne = said !== undefined && /^\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2})?)?$/.test(said);
  return isOne && !Number.isNaN(Date.parse(said)) ? { takenOn: said } : {};
}

/** A photograph that has arrived, and what its metadata say of the move that it came by. */
export interface ReadImage extends ReceivedImage {
  readonly move?: string;
}

/**
 * Finds out which eye of which exam a new object shows.
 *
 * @returns `null` if this version has been deleted for good meanwhile
 * @throws InvalidInputError if the key or the laterality cannot be understood
 */
export async function readImage(store: ObjectStore, message: ImagePrepared): Promise<ReadImage | null> {
  const { key, versionId, sequencer } = message.image;
  const parts = parseImageKey(key);
  const object = await store.head(key, versionId ?? undefined);
  if (object === undefined) return null;
  if (object.sha256 !== message.sha256) {
    throw new InvalidInputError(
      `Photograph "${key}" was prepared with SHA-256 ${message.sha256}, but the store holds ${object.sha256}. Upload it again.`,
    );
  }
  const move = object.metadata[IMAGE_METADATA.movedFrom];
  const movedFrom = move === undefined ? undefined : await movedFromOf(store, parts.exam.program, move);
  return {
    exam: parts.exam,
    laterality: lateralityOf(object, parts.laterality),
    expected: expectedOf(object),
    field: fieldOf(object),
    ...takenOnOf(object, message),
    ...(move === undefined ? {} : { move }),
    ...(movedFrom === undefined ? {} : { movedFrom }),
    image: {
      key: object.key,
      versionId: object.versionId,
      sha256: object.sha256,
      bytes: object.bytes,
      order: arrivalOrder(object, sequencer),
    },
    prepared: message.prepared,
  };
}
