import type { Field } from '../field.ts';
import type { Retina } from '../retina.ts';
import type { FieldSight } from '../shown-field/shown-field.ts';
import type { Planes } from '../square.ts';
import { colourFeatures } from './colour-features.ts';
import { contrastFeatures } from './contrast-features.ts';
import { viewField } from './field-view.ts';
import { grainFeatures } from './grain-features.ts';

/** What has been measured of a photograph already. */
export interface Measured {
  readonly planes: Planes;
  /** `null` where no round field was found: then the whole frame is looked at. */
  readonly field: Field | null;
  readonly retina: Retina;
  /** Where disc and fovea were looked for; `null` where nothing like a disc is there. */
  readonly sight: FieldSight | null;
}

const WHOLE_FRAME = { x: 111.5, y: 111.5, radiusX: 112, radiusY: 112 };
const log = (value: number) => Math.log(Math.max(0, value) + 0.05);

function fieldFeatures(field: Field | null): number[] {
  if (field === null) return [0, 0, 0, 0, 0, 0, 0];
  const { radiusX, radiusY } = field.ellipse;
  return [
    ...[1, field.roundness, field.filled, field.surroundDark, field.surround / 50, field.outlineSeen],
    Math.log(radiusX / radiusY),
  ];
}

function sightFeatures(sight: FieldSight | null): number[] {
  if (sight === null) return [0, 0, 0, 0, 0, 0, 0, 0];
  const { disc, lead, fovea } = sight;
  return [...[1, Math.abs(disc.x), disc.y, disc.brightness, disc.vessels, disc.score, lead, fovea]];
}

function retinaFeatures(retina: Retina): number[] {
  const { red, green, blue, dark, burnt, retinal, sharpness, noise, structure } = retina;
  return [
    ...[red / 255, green / 255, blue / 255, dark, burnt, retinal],
    ...[log(sharpness), log(noise), log(structure), log(sharpness) - log(noise)],
  ];
}

/**
 * What the learned gate reads of a photograph: colour, contrast at four widths, lines as dark and narrow as vessels, grain
 * and blocks of pixels, each as a whole and by sectors of the field of view; and what the rules measured.
 *
 * @returns as many numbers for every photograph, in a fixed order
 */
export function gateFeatures({ planes, field, retina, sight }: Measured): Float32Array {
  const view = viewField(planes, field?.ellipse ?? WHOLE_FRAME);
  return Float32Array.from([
    ...fieldFeatures(field),
    ...sightFeatures(sight),
    ...retinaFeatures(retina),
    ...colourFeatures(view),
    ...contrastFeatures(view),
    ...grainFeatures(planes.green, field?.radii ?? null),
  ]);
}
