import { INK_CHANNELS, type Ink } from './ink.ts';

/** Ink of one kind whose pixels touch: a letter, a stroke, or several letters that run into each other. */
export interface Glyph {
  readonly kind: number;
  readonly left: number;
  readonly top: number;
  /** One beyond the last. */
  readonly right: number;
  readonly bottom: number;
  readonly pixels: number;
  /** Mean width of its strokes, in pixels: twice its area by its outline. */
  readonly stroke: number;
  /** Share of its contrast that is lost within two pixels of its sides: 1 for ink, less for what a lens has drawn. */
  readonly sharpness: number;
  /** Mean contrast, 0 to 255. */
  readonly contrast: number;
  /** Separate stretches of ink in a row, on average: letters that touch have many. */
  readonly runs: number;
}

/** Of a picture's longer side: smaller is noise, larger is no caption. */
const LEAST_HEIGHT = 0.004;
const LEAST_PIXELS = 5;
const MOST_HEIGHT = 0.08;
const MOST_WIDTH = 0.6;
/** More pieces of ink than any caption has: what is left is not looked at. */
const MOST_GLYPHS = 4_000;

interface Limits {
  readonly least: number;
  readonly tallest: number;
  readonly widest: number;
}

/** Collects the pixels that touch a pixel, by sides or corners. */
function touching({ kinds, width, height }: Ink, start: number, seen: Uint8Array): number[] {
  const kind = kinds[start];
  const found = [start];
  seen[start] = 1;
  for (let next = 0; next < found.length; next += 1) {
    const index = found[next] ?? 0;
    const [x, y] = [index % width, Math.floor(index / width)];
    for (let py = Math.max(0, y - 1); py <= Math.min(height - 1, y + 1); py += 1) {
      for (let px = Math.max(0, x - 1); px <= Math.min(width - 1, x + 1); px += 1) {
        const neighbour = py * width + px;
        if (seen[neighbour] === 1 || kinds[neighbour] !== kind) continue;
        seen[neighbour] = 1;
        found.push(neighbour);
      }
    }
  }
  return found;
}

function glyphOf(
  { kinds, contrast, pixels: levels, width, height }: Ink,
  pixels: readonly number[],
  limits: Limits,
): Glyph | null {
  let [left, right, top, bottom] = [width, 0, height, 0];
  for (const index of pixels) {
    const [x, y] = [index % width, Math.floor(index / width)];
    left = Math.min(left, x);
    right = Math.max(right, x + 1);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y + 1);
  }
  const [across, down] = [right - left, bottom - top];
  if (Math.max(across, down) < limits.least || Math.min(across, down) > limits.tallest) return null;
  if (Math.max(across, down) > limits.widest) return null;
  // What the frame cuts is the edge of a field or of a page.
  if (left === 0 || top === 0 || right === width || bottom === height) return null;
  const kind = kinds[pixels[0] ?? 0] ?? 0;
  let [outline, sum, lost, sides, beginnings] = [0, 0, 0, 0, 0];
  const channel = INK_CHANNELS[kind - 1] ?? 0;
  const level = (index: number) => levels[index * 3 + channel] ?? 0;
  const isInk = (index: number) => kinds[index] === kind;
  for (const index of pixels) {
    const value = contrast[index] ?? 0;
    sum += value;
    const x = index % width;
    const [isBegin, isEnd] = [x === 0 || !isInk(index - 1), x === width - 1 || !isInk(index + 1)];
    if (isBegin) beginnings += 1;
    outline +=
      (isBegin ? 1 : 0) + (isEnd ? 1 : 0) + (isInk(index - width) ? 0 : 1) + (isInk(index + width) ? 0 : 1);
    for (const [isSide, inner, outer] of [
      [isBegin, 1, -2],
      [isEnd, -1, 2],
    ] as const) {
      if (!isSide || x + outer < 0 || x + outer >= width) continue;
      const within = isInk(index + inner) ? index + inner : index;
      sides += contrast[within] ?? 0;
      lost += Math.abs(level(within) - level(index + outer));
    }
  }
  return {
    ...{ kind, left, top, right, bottom, pixels: pixels.length },
    stroke: (2 * pixels.length) / outline,
    sharpness: sides === 0 ? 0 : lost / sides,
    contrast: sum / pixels.length,
    runs: beginnings / down,
  };
}

/** Finds the pieces of ink that may be letters. */
export function findGlyphs(ink: Ink): Glyph[] {
  const side = Math.max(ink.width, ink.height);
  const limits = {
    least: Math.max(LEAST_PIXELS, LEAST_HEIGHT * side),
    tallest: MOST_HEIGHT * side,
    widest: MOST_WIDTH * side,
  };
  const seen = new Uint8Array(ink.kinds.length);
  const glyphs: Glyph[] = [];
  for (let start = 0; start < ink.kinds.length && glyphs.length < MOST_GLYPHS; start += 1) {
    if (ink.kinds[start] === 0 || seen[start] === 1) continue;
    const glyph = glyphOf(ink, touching(ink, start, seen), limits);
    if (glyph !== null) glyphs.push(glyph);
  }
  return glyphs;
}
