import type { Detection } from '../../core/exams/prepared-facts.ts';
import { type PreparedImage, pixelsSha256Of } from '../../core/preparation/prepared-image.ts';
import { exifFacts, imageKind } from '../../decoding/index.ts';
import type { RenderedImage, TimedImage } from '../../judging/index.ts';

/** What prepares images for one model. */
export interface Preparer {
  /** Decodes a file and judges what it shows, in processes that may die of it. */
  prepare(bytes: Uint8Array): Promise<TimedImage>;
  /** Looks at pixels as they are; `null` if the bundle has no detector. */
  detect(pixels: Uint8Array): Promise<Detection | null>;
  /** Makes what readers see of a file, in the same processes. */
  render(bytes: Uint8Array): Promise<RenderedImage>;
}

/** An image with what its decoding has cost, and why it gives no pixels. */
export interface PreparedContent {
  readonly prepared: PreparedImage;
  readonly decoded: TimedImage;
}

const MILLIONTHS = 1e6;

/** Probabilities to a millionth: further digits say nothing, and an image's facts have 600 bytes. */
function shortened(detection: Detection): Detection {
  const toMillionth = (value: number) => Math.round(value * MILLIONTHS) / MILLIONTHS;
  return { ...detection, left: toMillionth(detection.left), gradable: toMillionth(detection.gradable) };
}

/** Prepares one file under a contract. A bad file is an answer, not an error. */
export async function prepareContent(
  preparer: Preparer,
  contract: string,
  content: Uint8Array,
): Promise<PreparedContent> {
  const decoded = await preparer.prepare(content);
  const { quality, field, turned } = decoded;
  const pixels = quality.gradable ? decoded.pixels : null;
  const found = pixels && (await preparer.detect(pixels));
  const detected = found && shortened(found);
  const kind = imageKind(content);
  const { takenOn, device } = kind === null ? {} : exifFacts(content, kind);
  const facts = {
    ...{ contract, pixelsSha256: pixels && pixelsSha256Of(pixels), quality, detected, field },
    ...(turned === null ? {} : { turned }),
    ...(device === undefined ? {} : { device }),
  };
  const prepared = { facts, pixels, ...(takenOn === undefined ? {} : { takenOn }) };
  return { prepared, decoded };
}
