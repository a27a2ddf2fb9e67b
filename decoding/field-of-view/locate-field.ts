import { type Ellipse, normalizedRadius, type Point } from './ellipse.ts';
import { type UncutOutline, withoutFlatCuts } from './flat-cuts.ts';
import { levelsOf, percentileBin } from './percentile.ts';
import { extentOf, largestRegion, outlineOf } from './region.ts';
import { roundOutline } from './round-outline.ts';
import { type Channels, type Raster, VIEW_SIZE, viewOf, type Window } from './view.ts';
import { withoutWhiteFrame } from './white-frame.ts';

/** Counts up with every change of how the field is located: its pixels are another contract then. */
export const FIELD_OF_VIEW_VERSION = 'field-of-view/1';

/** Looked at again in a window that it nearly fills, so that what is found depends on no frame. */
const LOOKS = 2;
const MARGIN = 0.06;
/** Share of the outline, without straight cuts, that must be round. */
const LEAST_ROUND = 0.5;
/** Share of the field, as far as the picture shows it, that must be lit. */
const LEAST_LIT = 0.5;
/** Of the field's outline, as a share of a turn, that must be seen. */
const LEAST_TURN = 0.12;
const TURN_STEPS = 72;

/** Level above which a cell is not surround: an eighth of the way from the darkest cells to the bright ones. */
function surroundLevel(plane: Uint8Array): number {
  const levels = levelsOf(plane);
  const dark = percentileBin(levels, 0.01);
  return dark + Math.max(6, 0.12 * (percentileBin(levels, 0.9) - dark));
}

/** Share of a turn in which points lie on the outline. */
function turnSeen(points: readonly Point[], ellipse: Ellipse): number {
  const seen = new Set<number>();
  for (const { x, y } of points) {
    if (Math.abs(normalizedRadius(ellipse, x, y) - 1) > 0.02) continue;
    const angle = Math.atan2((y - ellipse.y) / ellipse.radiusY, (x - ellipse.x) / ellipse.radiusX);
    seen.add(Math.floor(((angle + Math.PI) / (2 * Math.PI)) * TURN_STEPS));
  }
  return seen.size / TURN_STEPS;
}

/** Share of the cells within an ellipse that belong to the lit region. */
function litShare(
  region: Uint8Array,
  { left, right, top, bottom }: UncutOutline,
  ellipse: Ellipse,
  toPicture: (x: number, y: number) => Point,
): number {
  let [within, lit] = [0, 0];
  for (let y = 0; y < VIEW_SIZE; y += 2) {
    for (let x = 0; x < VIEW_SIZE; x += 2) {
      if (x < left || x > right || y < top || y > bottom) continue;
      const point = toPicture(x + 0.5, y + 0.5);
      if (normalizedRadius(ellipse, point.x, point.y) > 0.95) continue;
      within += 1;
      lit += region[y * VIEW_SIZE + x] ?? 0;
    }
  }
  return within === 0 ? 0 : lit / within;
}

/** The round field of a photograph, in its pixels. */
export interface LocatedField {
  /** It need not lie in the photograph as a whole. */
  readonly ellipse: Ellipse;
  /** What is lit of it. */
  readonly lit: Window;
}

function look(view: Channels, window: Window): LocatedField | null {
  const plane = withoutWhiteFrame(view);
  const region = largestRegion(plane, surroundLevel(plane));
  if (region === null) return null;
  const [across, down] = [window.width / VIEW_SIZE, window.height / VIEW_SIZE];
  const toPicture = (x: number, y: number): Point => ({
    x: window.left + x * across,
    y: window.top + y * down,
  });
  // A cell stands for its middle; the outline runs half a cell further out.
  const uncut = withoutFlatCuts(outlineOf(region));
  const points = uncut.points.map(({ x, y }) => toPicture(x + 0.5, y + 0.5));
  const extent = extentOf(region);
  const lit: Window = {
    left: window.left + extent.left * across,
    top: window.top + extent.top * down,
    width: (extent.right - extent.left) * across,
    height: (extent.bottom - extent.top) * down,
  };
  const outline = roundOutline(points, Math.max(lit.width, lit.height));
  if (outline === null || outline.roundness < LEAST_ROUND) return null;
  const { x, y, radiusX, radiusY } = outline.ellipse;
  if (turnSeen(points, outline.ellipse) < LEAST_TURN) return null;
  if (litShare(region, uncut, outline.ellipse, toPicture) < LEAST_LIT) return null;
  const half = (across + down) / 4;
  return { ellipse: { x, y, radiusX: radiusX + half, radiusY: radiusY + half }, lit };
}

/** A window around a part of a picture with a margin, as far as the picture goes. */
function windowAround({ left, top, width, height }: Window, picture: Raster): Window {
  const [spareX, spareY] = [MARGIN * width, MARGIN * height];
  const first = { x: Math.max(0, Math.floor(left - spareX)), y: Math.max(0, Math.floor(top - spareY)) };
  const right = Math.min(picture.width, Math.ceil(left + width + spareX));
  const bottom = Math.min(picture.height, Math.ceil(top + height + spareY));
  return {
    left: first.x,
    top: first.y,
    width: Math.max(1, right - first.x),
    height: Math.max(1, bottom - first.y),
  };
}

/** What lies around a field, as far as it is lit and with a margin: a judge needs its outline and its surround. */
export function surroundingsOf(picture: Raster, field: LocatedField | null): Window {
  if (field === null) return { left: 0, top: 0, width: picture.width, height: picture.height };
  return windowAround(field.lit, picture);
}

/**
 * Locates the camera's round field in a photograph: the circle of the largest lit region, or the upright ellipse where
 * the photograph was squashed. Straight cuts, black bars, a larger frame and a white page do not move it: it is looked
 * at again in a window that it fills.
 *
 * @returns `null` where there is no round field
 * @example locateField({ pixels, width: 1920, height: 1080 })?.ellipse // { x: 960.2, y: 540.1, radiusX: 512.8, radiusY: 512.8 }
 */
export function locateField(raster: Raster): LocatedField | null {
  let found: LocatedField | null = null;
  for (let time = 0; time < LOOKS; time += 1) {
    const window = surroundingsOf(raster, found);
    const field: LocatedField | null = look(viewOf(raster, window), window);
    if (field === null) return found;
    found = field;
  }
  return found;
}
