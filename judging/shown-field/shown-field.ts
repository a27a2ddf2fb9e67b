import type { SeenField } from '../../core/exams/field.ts';
import type { Ellipse } from '../../decoding/field-of-view/ellipse.ts';
import { localContrast } from './contrast.ts';
import { type FieldGrid, fieldGrid } from './field-grid.ts';
import { type DiscCandidate, type FieldSums, findDiscs } from './find-discs.ts';
import { lookForFovea } from './find-fovea.ts';
import { FIELD_LIMITS } from './limits.ts';
import { verticalLines } from './vertical-lines.ts';
import { WindowSums } from './window-sums.ts';

/** Where disc and fovea were looked for, and what was found. Distances are in radii of the field of view. */
export interface FieldSight {
  readonly disc: DiscCandidate;
  /** How far the disc's score lies above that of the next best place. */
  readonly lead: number;
  /** How dark a spot lies where the fovea must be; 0 of a disc in the middle. */
  readonly fovea: number;
  /** How far the fovea lies below the disc, and how dark it is, wherever it lies; 0 of a disc in the middle. */
  readonly foveaBelow: number;
  readonly foveaAnywhere: number;
}

/** Whether the best place stands out as a disc does. */
function isDisc({ disc, lead }: FieldSight, least: number): boolean {
  return (
    disc.brightness >= FIELD_LIMITS.leastBrightness &&
    lead + FIELD_LIMITS.vesselsWorth * disc.vessels >= least
  );
}

/**
 * What a photograph is centred on, by where its disc lies: in the middle, with vessels above and below, it is `disc`; at one
 * side, with a dark spot where the fovea must be, it is `macula`.
 *
 * @returns `null` where neither is sure
 */
export function decideField(sight: FieldSight): SeenField | null {
  const { x, y, vesselsBothWays } = sight.disc;
  const across = Math.abs(x);
  const down = Math.abs(y);
  const limits = FIELD_LIMITS;
  if (across <= limits.discWithin && down <= limits.discWithinHeight)
    return isDisc(sight, limits.leastInMiddle) && vesselsBothWays >= limits.leastVesselsBothWays
      ? 'disc'
      : null;
  if (across < limits.discAside || down > limits.discAsideHeight) return null;
  return isDisc(sight, limits.leastAside) && sight.fovea >= limits.leastFovea ? 'macula' : null;
}

/**
 * Whether a photograph was turned by half, as through an indirect lens: the fovea lies below the disc's middle in an upright
 * eye, 0.09 radii of the field of view in the median, and as far above it in a turned one.
 *
 * @returns `null` where that is not sure, or the photograph is not centred on the macula
 */
export function decideTurned(sight: FieldSight): boolean | null {
  const { foveaBelow, foveaAnywhere } = sight;
  if (decideField(sight) !== 'macula') return null;
  if (Math.abs(foveaBelow) < FIELD_LIMITS.leastHeightOfTurned) return null;
  if (foveaBelow > 0) return false;
  // What is said to be turned contradicts no name any more: it takes more to say so.
  return foveaAnywhere < FIELD_LIMITS.leastFoveaOfTurned ? null : true;
}

function sumsOf({ levels, shown }: FieldGrid): FieldSums {
  const counts = new WindowSums(shown);
  const contrast = localContrast({ levels, shown }, counts);
  return {
    counts,
    contrast: new WindowSums(contrast),
    lines: new WindowSums(verticalLines(contrast, shown)),
  };
}

/**
 * Looks where disc and fovea lie within the field of view. Rules on plain measurements: no model takes part.
 *
 * @param green of the photograph squashed to the gate's square: uint8 [224, 224]
 * @param ellipse outline of the field of view on it
 * @returns `null` if nothing like a disc is there
 */
export function lookForField(green: Uint8Array, ellipse: Ellipse): FieldSight | null {
  const grid = fieldGrid(green, ellipse);
  const sums = sumsOf(grid);
  const [disc, next] = findDiscs(sums, grid.shown);
  if (disc === null) return null;
  const lead = disc.score - (next?.score ?? 0);
  if (Math.abs(disc.x) < FIELD_LIMITS.discAside)
    return { disc, lead, fovea: 0, foveaBelow: 0, foveaAnywhere: 0 };
  return { disc, lead, ...lookForFovea(sums, grid.shown, disc) };
}

/** What a photograph is centred on, as it shows by itself; `null` where that is not sure. */
export function shownField(green: Uint8Array, ellipse: Ellipse): SeenField | null {
  const sight = lookForField(green, ellipse);
  return sight && decideField(sight);
}
