import type { SeenField } from '../core/exams/field.ts';
import type { Quality, UngradableReason } from '../core/exams/quality.ts';
import { withoutWhiteFrame } from '../decoding/field-of-view/white-frame.ts';
import { type Field, findField } from './field.ts';
import { decideReason } from './learned-gate/decide.ts';
import { gateFeatures } from './learned-gate/features.ts';
import { answer } from './learned-gate/network.ts';
import { measureRetina, type Retina } from './retina.ts';
import { decideField, decideTurned, lookForField } from './shown-field/shown-field.ts';
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

/** What is left out of a result, where there is no field either. */
const NO_FIELD = { radii: null, ellipse: null, surroundDark: null };

const rounded = (value: number) => Math.round(value * 1000) / 1000;

/** What is seen of a photograph by plain measurements. */
export interface Judgement {
  readonly quality: Quality;
  /** What a gradable photograph is centred on, as it shows by itself; `null` where that is not sure. */
  readonly field: SeenField | null;
  /** Whether a gradable photograph was turned by half, as its fovea and disc lie; `null` where that is not sure. */
  readonly turned: boolean | null;
}

/**
 * Judges a photograph: does it show a retina in colour, in a camera's round field, large, well lit, sharp and uncovered
 * enough, and what is it centred on? Plain measurements judge first, against {@link THRESHOLDS} and `FIELD_LIMITS`; then a
 * small network that has learned from them what no rule says (`judging/learned-gate`).
 *
 * @returns gradable, or exactly one reason, with the measurements that decided; and the field of a gradable one
 */
export function judge(square: Square): Judgement {
  const planes = planesOf(square);
  const field = findField(withoutWhiteFrame(planes), square);
  const retina = measureRetina(planes, field ?? wholeFrame(planes.green.length));
  const sight = field && lookForField(planes.green, field.ellipse);
  const shown = sight && decideField(sight);
  const answers = answer(gateFeatures({ planes, field, retina, sight }));
  const { radii: _, ellipse: __, surroundDark: ___, ...fieldMeasurements } = field ?? NO_FIELD;
  // Of the learned gate a result keeps one certainty: an image's facts have 600 bytes.
  const measured = { ...fieldMeasurements, ...retina, fit: answers.gradable };
  const measurements = Object.fromEntries(
    Object.entries(measured).map(([name, value]) => [name, rounded(value)]),
  );
  const reason = decideReason(reasonOf(field, retina), answers, shown);
  if (reason !== null)
    return { quality: { gradable: false, reason, measurements }, field: null, turned: null };
  return {
    quality: { gradable: true, reason, measurements },
    field: shown,
    turned: sight && decideTurned(sight),
  };
}
