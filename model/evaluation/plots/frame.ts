import { escapeMarkup, px } from './markup.ts';

/** Colours that people with any colour vision tell apart (Okabe and Ito 2008), on white. */
export const COLOURS = {
  line: '#0072b2',
  band: '#9ecae9',
  threshold: '#d55e00',
  ink: '#1f2328',
  faint: '#59636e',
  grid: '#e4e7eb',
} as const;

/** Place of a plot's square on its picture, in pixels. */
export interface Square {
  readonly left: number;
  readonly top: number;
  readonly side: number;
}

export const SQUARE: Square = { left: 52, top: 14, side: 280 };

/** Where a value from 0 to 1 stands. */
export function xOf(value: number, { left, side }: Square = SQUARE): number {
  return left + value * side;
}

/** Where a value from 0 to 1 stands; 1 is on top. */
export function yOf(value: number, { top, side }: Square = SQUARE): number {
  return top + (1 - value) * side;
}

/** A line through points, as an SVG path. */
export function pathThrough(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${px(xOf(x))} ${px(yOf(y))}`).join('');
}

const TICKS = [0, 0.2, 0.4, 0.6, 0.8, 1];

/**
 * A square from 0 to 1 on both axes, with grid, ticks, names and the diagonal.
 *
 * @param below where the horizontal axis has its numbers: under the square unless told
 */
export function frame(xName: string, yName: string, below = SQUARE.top + SQUARE.side): string {
  const { left, top, side } = SQUARE;
  const ticks = TICKS.map((tick) => {
    const [x, y] = [px(xOf(tick)), px(yOf(tick))];
    return [
      `<path d="M${x} ${top}V${top + side}M${left} ${y}H${left + side}" stroke="${COLOURS.grid}"/>`,
      `<text x="${x}" y="${below + 16}" text-anchor="middle">${tick}</text>`,
      `<text x="${left - 7}" y="${px(yOf(tick) + 4)}" text-anchor="end">${tick}</text>`,
    ].join('');
  });
  return [
    ...ticks,
    `<path d="${pathThrough([
      [0, 0],
      [1, 1],
    ])}" stroke="${COLOURS.faint}" stroke-dasharray="4 4"/>`,
    `<text class="name" x="${left + side / 2}" y="${below + 35}" text-anchor="middle">${escapeMarkup(xName)}</text>`,
    `<text class="name" transform="translate(14 ${top + side / 2}) rotate(-90)" text-anchor="middle">${escapeMarkup(yName)}</text>`,
  ].join('\n');
}

/**
 * A whole picture: a file of its own, or part of a page.
 *
 * @param title, description read out to those who do not see it
 */
export function picture(
  height: number,
  { title, description }: { readonly title: string; readonly description: string },
  parts: readonly string[],
): string {
  const width = SQUARE.left + SQUARE.side + 18;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" fill="none" stroke-width="1">`,
    `<title>${escapeMarkup(title)}</title>`,
    `<desc>${escapeMarkup(description)}</desc>`,
    `<style>text{font:11px system-ui,sans-serif;fill:${COLOURS.faint}}.name,.note{font-size:12px;fill:${COLOURS.ink}}.note{font-weight:600}</style>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}
