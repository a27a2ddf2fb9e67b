import type { LabelEvaluation } from '../evaluation.ts';
import { figureText } from '../figure-text.ts';
import { COLOURS, frame, pathThrough, picture, SQUARE, xOf, yOf } from './frame.ts';
import { px } from './markup.ts';

/**
 * Draws a label's receiver operating characteristic with the 95 % band of its bootstrap, and where the head's
 * threshold stands on it.
 *
 * @returns SVG, or `null` where there is no curve: one class is absent
 */
export function rocPlot({ name, roc, figures, threshold }: LabelEvaluation): string | null {
  if (roc === null) return null;
  const points = (rates: readonly number[], values: readonly number[]) =>
    rates.map((rate, index) => [rate, values[index] ?? 0] as const);
  const curve = points(roc.falsePositiveRate, roc.truePositiveRate);
  const parts = [frame('1 − specificity', 'sensitivity')];
  if (roc.band !== null) {
    const { falsePositiveRate, low, high } = roc.band;
    const outline = [...points(falsePositiveRate, high), ...points(falsePositiveRate, low).reverse()];
    parts.push(`<path d="${pathThrough(outline)}Z" fill="${COLOURS.band}" fill-opacity="0.55"/>`);
  }
  parts.push(
    `<path d="${pathThrough(curve)}" stroke="${COLOURS.line}" stroke-width="2.2" stroke-linejoin="round"/>`,
  );
  const { sensitivity, specificity } = figures;
  if (sensitivity.value !== null && specificity.value !== null) {
    const [x, y] = [px(xOf(1 - specificity.value)), px(yOf(sensitivity.value))];
    parts.push(
      `<circle cx="${x}" cy="${y}" r="5" fill="#fff" stroke="${COLOURS.threshold}" stroke-width="2.4"/>`,
    );
  }
  const right = SQUARE.left + SQUARE.side - 8;
  const bottom = SQUARE.top + SQUARE.side;
  parts.push(
    `<text class="note" x="${right}" y="${bottom - 28}" text-anchor="end">AUROC ${figureText(figures.auroc)}</text>`,
    `<circle cx="${right - 136}" cy="${bottom - 15}" r="4" fill="#fff" stroke="${COLOURS.threshold}" stroke-width="2"/>`,
    `<text x="${right}" y="${bottom - 11}" text-anchor="end">at the threshold ${threshold.toFixed(3)}</text>`,
  );
  return picture(
    bottom + 46,
    {
      title: `ROC curve of ${name}`,
      description: `AUROC ${figureText(figures.auroc)}. At the threshold, sensitivity ${figureText(sensitivity)} and specificity ${figureText(specificity)}.`,
    },
    parts,
  );
}
