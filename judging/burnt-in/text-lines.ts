import type { Glyph } from './glyphs.ts';

/** Letters that stand in a line. */
export interface TextLine {
  readonly glyphs: readonly Glyph[];
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** What makes ink a letter. */
const LEAST_SHARPNESS = 0.6;
/** Of its height: a fleck of exudate is as thick as it is high. */
const THICKEST_STROKE = 0.34;
/** Letters of one line: neighbours are alike in height and contrast, and near. */
const MOST_TALLER = 1.9;
const LEAST_BESIDE = 0.55;
const WIDEST_GAP = 1.1;
const MOST_CONTRAST_APART = 60;
const FEWEST_GLYPHS = 3;
const FEWEST_STROKES = 3;
/** Of a line, as a multiple of its height. */
const LEAST_LENGTH = 1.3;
/** Spread of a line's tops or feet, as a share of its height. */
const MOST_UNEVEN = 0.14;

function isLetter(glyph: Glyph): boolean {
  const height = Math.min(glyph.bottom - glyph.top, 2 * (glyph.right - glyph.left));
  return glyph.sharpness >= LEAST_SHARPNESS && glyph.stroke <= THICKEST_STROKE * height + 1;
}

/** A line that runs down becomes one that runs across. */
function turned(glyph: Glyph): Glyph {
  return { ...glyph, left: glyph.top, top: glyph.left, right: glyph.bottom, bottom: glyph.right };
}

function areNeighbours(a: Glyph, b: Glyph): boolean {
  if (a.kind !== b.kind || Math.abs(a.contrast - b.contrast) > MOST_CONTRAST_APART) return false;
  const [heightA, heightB] = [a.bottom - a.top, b.bottom - b.top];
  const [lower, taller] = [Math.min(heightA, heightB), Math.max(heightA, heightB)];
  if (taller > MOST_TALLER * lower) return false;
  const beside = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  const gap = Math.max(a.left, b.left) - Math.min(a.right, b.right);
  return beside >= LEAST_BESIDE * lower && gap <= WIDEST_GAP * taller;
}

/** Puts neighbours together, from left to right. */
function chains(glyphs: readonly Glyph[]): Glyph[][] {
  const sorted = glyphs.toSorted((a, b) => a.left - b.left);
  const chainOf = sorted.map((_, index) => index);
  const rootOf = (index: number): number => {
    let root = index;
    while (chainOf[root] !== root) root = chainOf[root] ?? root;
    chainOf[index] = root;
    return root;
  };
  for (const [index, glyph] of sorted.entries()) {
    const reach = glyph.right + WIDEST_GAP * MOST_TALLER * (glyph.bottom - glyph.top);
    for (let other = index + 1; other < sorted.length; other += 1) {
      const next = sorted[other] as Glyph;
      if (next.left > reach) break;
      if (areNeighbours(glyph, next)) chainOf[rootOf(other)] = rootOf(index);
    }
  }
  const byRoot = Map.groupBy(sorted, (_, index) => rootOf(index));
  return [...byRoot.values()];
}

function spread(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

function isLine(glyphs: readonly Glyph[]): boolean {
  const { left, top, right, bottom } = lineOf(glyphs);
  const height = bottom - top;
  if (right - left < LEAST_LENGTH * height) return false;
  // Letters that run into each other are one piece, with many strokes in each of its rows.
  const strokes = glyphs.reduce((sum, { runs }) => sum + runs, 0);
  if (glyphs.length < FEWEST_GLYPHS && strokes < FEWEST_STROKES) return false;
  const tallest = Math.max(...glyphs.map((glyph) => glyph.bottom - glyph.top));
  const uneven = Math.min(
    spread(glyphs.map((glyph) => glyph.top)),
    spread(glyphs.map((glyph) => glyph.bottom)),
  );
  return uneven <= MOST_UNEVEN * tallest + 0.5;
}

function lineOf(glyphs: readonly Glyph[]): TextLine {
  return {
    glyphs,
    left: Math.min(...glyphs.map(({ left }) => left)),
    top: Math.min(...glyphs.map(({ top }) => top)),
    right: Math.max(...glyphs.map(({ right }) => right)),
    bottom: Math.max(...glyphs.map(({ bottom }) => bottom)),
  };
}

/**
 * Finds captions: pieces of ink as thin as strokes, with sharp sides and of one colour, that stand in a line across or
 * down.
 */
export function findTextLines(glyphs: readonly Glyph[]): TextLine[] {
  const letters = glyphs.filter(isLetter);
  const across = chains(letters).filter(isLine).map(lineOf);
  const down = chains(glyphs.map(turned).filter(isLetter))
    .filter(isLine)
    .map((line) => lineOf(line.map(turned)));
  return [...across, ...down];
}
