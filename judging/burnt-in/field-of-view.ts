import {
  type Ellipse,
  fitEllipse,
  normalizedRadius,
  type Point,
} from '../../decoding/field-of-view/ellipse.ts';
import { levelsOf, percentileBin } from '../../decoding/field-of-view/percentile.ts';
import { alongHull, convexHull, type Hull, hullArea, spansOf, widened } from './hull.ts';
import { countMarked, dilate, erode, largestPart, type Mask } from './mask.ts';

/** The brightest channel of a small copy of a picture: uint8 [height, width]. */
export interface BrightPlane {
  readonly brightness: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** What of a picture may show retina: in each row of a small copy, from where to where. */
export interface FieldOfView {
  /** Columns, as a share of the width; nothing is kept where `begin >= end`. */
  readonly begin: Float64Array;
  readonly end: Float64Array;
  /** Level above which a pixel is not plain surround. */
  readonly level: number;
}

/** Longer side of the small copy in which the field is sought. */
export const FIELD_SIDE = 512;

/** Strokes thinner than this are text, not retina. As all lengths here: a share of the longer side. */
const SOLID = 0.012;
/** Kept around what is lit. */
const MARGIN = 0.015;
/** A lit place smaller than this share of the frame is not the field. */
const LEAST_AREA = 0.08;
/** A field is convex, but for notches and shadows. */
const LEAST_CONVEX = 0.85;
/** Share of the outline that must lie on an ellipse, without the flat cuts. */
const LEAST_ROUND = 0.9;
/** What lies so near to the end of the field may be a flat cut. */
const FLAT = 0.006;
/** A cut is at least so long, as a share of the field, and so bright, as a share of what lies deeper in the field. */
const LEAST_CUT = 0.25;
const CUT_SHARPNESS = 0.6;
const CUT_DEPTH = 0.04;
/** The ellipse is made so much larger. */
const WIDER_ELLIPSE = 1.015;
const ON_OUTLINE = 0.04;
/** Share of what is outside that must be dark: other pictures have no surround. */
const LEAST_DARK = 0.75;
const WHITE = 235;

/** Level above which a pixel is not surround: a tenth of the way from the darkest pixels to the bright ones. */
function surroundLevel(brightness: Uint8Array): number {
  const levels = levelsOf(brightness);
  const dark = percentileBin(levels, 0.01);
  return dark + Math.max(8, 0.1 * (percentileBin(levels, 0.9) - dark));
}

/** A white page around the photograph, as some exports lie on one: what is white and joined to the frame's corners. */
function withoutPage({ brightness, width, height }: BrightPlane): Uint8Array {
  const plane = Uint8Array.from(brightness);
  const stack = [0, width - 1, width * (height - 1), width * height - 1];
  while (stack.length > 0) {
    const index = stack.pop() ?? 0;
    if ((plane[index] ?? 0) < WHITE) continue;
    plane[index] = 0;
    const x = index % width;
    if (x > 0) stack.push(index - 1);
    if (x < width - 1) stack.push(index + 1);
    if (index >= width) stack.push(index - width);
    if (index + width < plane.length) stack.push(index + width);
  }
  return plane;
}

/** Where the lit place ends on each side. */
interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function boxOf(hull: Hull): Box {
  const [xs, ys] = [hull.map(({ x }) => x), hull.map(({ y }) => y)];
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
}

/** Fits an ellipse to the outline where it is not cut flat. @returns `null` where it is not round */
function roundOutline(hull: Hull, box: Box, side: number): Ellipse | null {
  const flat = Math.max(2, FLAT * side);
  let points = alongHull(hull).filter(
    ({ x, y }) => x > box.left + flat && x < box.right - flat && y > box.top + flat && y < box.bottom - flat,
  );
  const all = points;
  let ellipse: Ellipse | null = null;
  for (let round = 0; round < 4 && points.length >= 24; round += 1) {
    const fitted = fitEllipse(points, side);
    if (fitted === null) return null;
    ellipse = fitted;
    const off = ({ x, y }: Point) => Math.abs(normalizedRadius(fitted, x, y) - 1);
    const ranked = points.map(off).sort((a, b) => a - b);
    const limit = Math.max(ON_OUTLINE / 2, ranked[Math.floor(points.length * 0.85)] ?? 0);
    points = points.filter((point) => off(point) <= limit);
  }
  if (ellipse === null) return null;
  const fitted = ellipse;
  const on = all.filter(({ x, y }) => Math.abs(normalizedRadius(fitted, x, y) - 1) <= ON_OUTLINE);
  return on.length >= LEAST_ROUND * all.length ? ellipse : null;
}

/** The box beyond which nothing is kept, whatever the ellipse says: the frame, or where the field is cut flat. */
function cutBox(hull: Hull, box: Box, { brightness, width, height }: BrightPlane, level: number): Box {
  const side = Math.max(width, height);
  const flat = Math.max(2, FLAT * side);
  const points = alongHull(hull);
  const at = (x: number, y: number) =>
    Math.min(height - 1, Math.max(0, Math.round(y))) * width +
    Math.min(width - 1, Math.max(0, Math.round(x)));
  const meanAt = (on: readonly Point[], inward: Point, depth: number): number => {
    let sum = 0;
    for (const { x, y } of on) sum += brightness[at(x + inward.x * depth, y + inward.y * depth)] ?? 0;
    return sum / on.length;
  };
  // Where the field only fades, dim retina lies beyond its straight end.
  const cut = (isOn: (point: Point) => boolean, inward: Point, length: number): boolean => {
    const on = points.filter(isOn);
    if (on.length < LEAST_CUT * length) return false;
    const edge = meanAt(on, inward, 1.5 * flat);
    return edge > 2 * level && edge >= CUT_SHARPNESS * meanAt(on, inward, CUT_DEPTH * side);
  };
  const [across, down] = [box.right - box.left, box.bottom - box.top];
  return {
    left: cut(({ x }) => x < box.left + 1, { x: 1, y: 0 }, down) ? box.left : 0,
    right: cut(({ x }) => x > box.right - 1, { x: -1, y: 0 }, down) ? box.right : width,
    top: cut(({ y }) => y < box.top + 1, { x: 0, y: 1 }, across) ? box.top : 0,
    bottom: cut(({ y }) => y > box.bottom - 1, { x: 0, y: -1 }, across) ? box.bottom : height,
  };
}

/** Widens spans by an ellipse within a box: dim retina that is not lit is kept by the round outline of the rest. */
function addEllipse(
  { begin, end }: { readonly begin: Float64Array; readonly end: Float64Array },
  { x, y, radiusX, radiusY }: Ellipse,
  { left, right, top, bottom }: Box,
): void {
  for (let row = Math.max(0, Math.floor(top)); row < Math.min(begin.length, Math.ceil(bottom)); row += 1) {
    const down = (row + 0.5 - y) / radiusY;
    if (Math.abs(down) >= 1) continue;
    const half = radiusX * Math.sqrt(1 - down * down);
    begin[row] = Math.min(begin[row] ?? x, Math.max(left, x - half));
    end[row] = Math.max(end[row] ?? x, Math.min(right, x + half));
  }
}

/**
 * Finds what of a picture may be retina: the largest solid lit place, made convex, and a margin. Thin strokes are not
 * solid, so a caption is not part of it even where it touches the field; a tab at the rim is.
 *
 * @returns `null` where there is no round field on a dark or white surround: then nothing may be blackened
 */
export function findFieldOfView(plane: BrightPlane): FieldOfView | null {
  const { width, height } = plane;
  const side = Math.max(width, height);
  const brightness = withoutPage(plane);
  const level = surroundLevel(brightness);
  const lit: Mask = {
    marked: brightness.map((value) => (value > level ? 1 : 0)),
    width,
    height,
  };
  const radius = Math.max(2, Math.round(SOLID * side));
  const core = largestPart(erode(lit, radius));
  const grown = dilate(core, radius);
  const solid: Mask = {
    ...lit,
    marked: grown.marked.map((value, index) => value & (lit.marked[index] ?? 0)),
  };
  const area = countMarked(solid);
  if (area < LEAST_AREA * width * height) return null;
  const hull = convexHull(solid);
  if (area < LEAST_CONVEX * hullArea(hull)) return null;
  const box = boxOf(hull);
  const ellipse = roundOutline(hull, box, side);
  if (ellipse === null) return null;
  const spans = spansOf(widened(hull, Math.max(2, MARGIN * side)), height);
  const { radiusX, radiusY } = ellipse;
  const wider = { ...ellipse, radiusX: WIDER_ELLIPSE * radiusX, radiusY: WIDER_ELLIPSE * radiusY };
  addEllipse(spans, wider, cutBox(hull, box, { ...plane, brightness }, level));
  let [outside, dark] = [0, 0];
  for (let index = 0; index < brightness.length; index += 1) {
    const [x, y] = [(index % width) + 0.5, Math.floor(index / width)];
    if (x >= (spans.begin[y] ?? 0) && x <= (spans.end[y] ?? 0)) continue;
    outside += 1;
    if (lit.marked[index] === 0) dark += 1;
  }
  if (dark < LEAST_DARK * outside) return null;
  return {
    begin: spans.begin.map((x) => x / width),
    end: spans.end.map((x) => x / width),
    level,
  };
}
