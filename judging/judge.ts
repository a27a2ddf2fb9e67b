import type { SeenField } from '../core/exams/field.ts';
import type { Quality, UngradableReason } from '../core/exams/quality.ts';
import { withoutWhiteFrame } from '../decoding/field-of-view/white-frame.ts';
import { type Field, findField } from './field.ts';
import { measureRetina, type Retina } from './retina.ts';
import { shownField } from './shown-field/shown-field.ts';
import { planesOf, type Square } from './square.ts';
import { THRESHOLDS } from './thresholds.ts';

/** A round, filled field on a dark surround, as every fundus camera makes it. */
function isCameraField(field: Omit<Field, 'ellipse' | 'radii'>): boolean {
  return (
    field.roundness >= THRESHOLDS.leastRoundness &&
    field.filled >= THRESHOLDS.leastFilled &&
    (field.surround <= THRESHOLDS.brightestSurround || field.outlineSeen <= THRESHOLDS.cutOutline)
  );
}

/** Retina seen from so near, or cut so far, that its round field is gone. */
function looksRetinal({ red, green, redness, retinal, structure }: Retina): boolean {
  return (
    redness >= THRESHOLDS.leastRedness &&
    green <= red * THRESHOLDS.mostGreenOfRed &&
    retinal >= THRESHOLDS.leastRetinal &&
    structure >= THRESHOLDS.leastStructure &&
    structure <= THRESHOLDS.mostStructure
  );
}

/**
 * What the measurements of a photograph say.
 *
 * @param field `null` where no round field was found
 * @returns `null` if it is gradable
 */
export function reasonOf(
  field: Omit<Field, 'ellipse' | 'radii'> | null,
  retina: Retina,
): UngradableReason | null {
  if (field === null || !isCameraField(field)) {
    return looksRetinal(retina) ? 'field-not-found' : 'not-a-fundus-photograph';
  }
  if (retina.retinal < THRESHOLDS.leastRetinal && retina.dark < THRESHOLDS.mostDark) {
    return 'not-a-fundus-photograph';
  }
  if (field.diameter < THRESHOLDS.leastDiameter) return 'retina-too-small';
  if (retina.dark > THRESHOLDS.mostDark || retina.red < THRESHOLDS.leastRed) return 'too-dark';
  if (retina.burnt > THRESHOLDS.mostBurnt || retina.green > THRESHOLDS.mostGreen) return 'too-bright';
  if (retina.structure < THRESHOLDS.plainStructure) {
    // Light and noise on a plain ball: a retina out of focus still shows disc and vessels, if broadly.
    return retina.structure < THRESHOLDS.plainPerNoise * retina.noise
      ? 'not-a-fundus-photograph'
      : 'out-of-focus';
  }
  return retina.sharpness < THRESHOLDS.leastSharpness ? 'out-of-focus' : null;
}

/** Where no field was found, the whole frame is looked at. */
function wholeFrame(length: number): Pick<Field, 'radii'> {
  return { radii: new Float32Array(length) };
}

const rounded = (value: number) => Math.round(value * 1000) / 1000;

/** What is seen of a photograph by plain measurements. */
export interface Judgement {
  readonly quality: Quality;
  /** What a gradable photograph is centred on, as it shows by itself; `null` where that is not sure. */
  readonly field: SeenField | null;
}

/**
 * Judges a photograph: does it show a retina in a camera's round field, large, well lit and sharp enough, and what is it
 * centred on? The rules are plain measurements; their limits are in {@link THRESHOLDS} and `FIELD_LIMITS`.
 *
 * @returns gradable, or exactly one reason, with the measurements that decided; and the field of a gradable one
 */
export function judge(square: Square): Judgement {
  const planes = planesOf(square);
  const field = findField(withoutWhiteFrame(planes), square);
  const retina = measureRetina(planes, field ?? wholeFrame(planes.green.length));
  const { radii: _, ellipse: __, ...fieldMeasurements } = field ?? { radii: null, ellipse: null };
  const measurements = Object.fromEntries(
    Object.entries({ ...fieldMeasurements, ...retina }).map(([name, value]) => [name, rounded(value)]),
  );
  const reason = reasonOf(field, retina);
  if (reason !== null) return { quality: { gradable: false, reason, measurements }, field: null };
  const quality = { gradable: true, reason, measurements } as const;
  return { quality, field: field && shownField(planes.green, field.ellipse) };
}
