import { newestFirst } from './arrival-order.ts';
import type { Field } from './field.ts';
import { fieldOfImage, showsMacula } from './field.ts';
import type { ImageVersion } from './image-version.ts';
import type { PreparedFacts } from './prepared-facts.ts';

/** An image that was prepared. */
export interface FoundImage {
  readonly image: ImageVersion;
  /** As its sender named it. */
  readonly field: Field | null;
  readonly facts: Pick<PreparedFacts, 'quality' | 'detected' | 'field' | 'turned' | 'device'>;
}

/** How far the detector holds an image for gradable: 0 to 1, and 0 without one. */
function gradability({ facts }: FoundImage): number {
  return facts.detected?.gradable ?? 0;
}

function preference(one: FoundImage): number {
  if (!one.facts.quality.gradable) return 3;
  const field = fieldOfImage(one.field, one.facts.field);
  if (showsMacula(field)) return 0;
  return field === 'disc' ? 1 : 2;
}

/**
 * Images of one eye, the primary one first: a gradable one before an ungradable one, one that shows the macula before one
 * of the disc, then the one that is surest to be gradable, then the latest.
 */
export function primaryFirst<One extends FoundImage>(images: readonly One[]): readonly One[] {
  const latest = newestFirst(images.map((one) => ({ ...one.image, one }))).map(({ one }) => one);
  return latest.toSorted((a, b) => preference(a) - preference(b) || gradability(b) - gradability(a));
}
