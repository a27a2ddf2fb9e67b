import { createHash } from 'node:crypto';
import { z } from 'zod';
import { CoreError, reasonOf } from '../errors.ts';
import type { ImageVersion } from '../exams/image-version.ts';
import { type PreparedFacts, preparedFactsSchema } from '../exams/prepared-facts.ts';
import { decodeSafetensors, encodeSafetensors, type Tensor } from '../tensors/safetensors.ts';
import { MalformedTensorsError } from '../tensors/safetensors-header.ts';

const PIXELS = 'pixels';
const schema = 'prepared-image/1';

/** What was prepared cannot be read, or is of another image. It is made again. */
export class PreparedImageError extends CoreError {}

/** One image, ready for the model or known to be ungradable. */
export interface PreparedImage {
  readonly facts: PreparedFacts;
  /** RGB, interleaved, rows from the top: uint8 [size, size, 3]. `null` as `facts.pixelsSha256` is. */
  readonly pixels: Uint8Array | null;
  /** When it was taken, as its header says: an ISO day. */
  readonly takenOn?: string;
}

const metadataSchema = z.object({
  schema: z.literal(schema),
  sha256: z.string(),
  facts: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(preparedFactsSchema),
  takenOn: z.string().max(40).optional(),
});

/** @returns 64 hexadecimal digits */
export function pixelsSha256Of(pixels: Uint8Array): string {
  return createHash('sha256').update(pixels).digest('hex');
}

/**
 * Encodes what was prepared of an image as one safetensors file: the facts in its header, and, of a gradable image,
 * `pixels` uint8 [size, size, 3].
 *
 * @param source the image that it was made of
 */
export function encodePreparedImage(
  source: Pick<ImageVersion, 'sha256'>,
  { facts, pixels, takenOn }: PreparedImage,
): Uint8Array {
  const side = pixels === null ? 0 : Math.sqrt(pixels.length / 3);
  const tensors: Record<string, Tensor> =
    pixels === null ? {} : { [PIXELS]: { data: pixels, shape: [side, side, 3] } };
  return encodeSafetensors(tensors, {
    ...{ schema, sha256: source.sha256, facts: JSON.stringify(facts) },
    ...(takenOn === undefined ? {} : { takenOn }),
  });
}

/**
 * Reads what was prepared of an image, and holds it to what was asked for.
 *
 * @param source the image that it must be made of
 * @param key where it lay, for errors
 * @throws PreparedImageError if it is cut, of another image, or its pixels are not those that its facts name
 */
export function decodePreparedImage(
  file: Uint8Array,
  source: Pick<ImageVersion, 'sha256'>,
  key: string,
): PreparedImage {
  const { metadata, pixels } = read(file, key);
  const { sha256, facts, takenOn } = metadata;
  if (sha256 !== source.sha256) {
    throw new PreparedImageError(`"${key}" was prepared of SHA-256 ${sha256} instead of ${source.sha256}.`);
  }
  const found = pixels === null ? null : pixelsSha256Of(pixels);
  if (found !== facts.pixelsSha256) {
    throw new PreparedImageError(
      `The pixels in "${key}" have SHA-256 ${found} instead of ${facts.pixelsSha256}.`,
    );
  }
  return { facts, pixels, ...(takenOn === undefined ? {} : { takenOn }) };
}

function read(file: Uint8Array, key: string) {
  try {
    const { tensors, metadata } = decodeSafetensors(file);
    const pixels = tensors.get(PIXELS)?.data ?? null;
    if (pixels !== null && !(pixels instanceof Uint8Array))
      throw new MalformedTensorsError('pixels are no bytes');
    return { metadata: metadataSchema.parse(metadata), pixels };
  } catch (error) {
    throw new PreparedImageError(`"${key}" cannot be read: ${reasonOf(error)}`, { cause: error });
  }
}
