import type { LabelEvaluation } from '../evaluation.ts';
import { figureText } from '../figure-text.ts';
import { wilsonInterval } from '../metrics/index.ts';
import { COLOURS, frame, pathThrough, picture, SQUARE, xOf, yOf } from './frame.ts';
import { px } from './markup.ts';

const HISTOGRAM = { top: SQUARE.top + SQUARE.side + 10, height: 54 };

/**
 * Draws how often a label is true where its probability says so: bins on the diagonal mean what they say. Below, how
 * many cases each bin holds.
 *
 * @returns SVG, or `null` without cases
 */
export function reliabilityPlot({ name, reliability, figures, cases }: LabelEvaluation): string | null {
  if (cases === 0) return null;
  const most = Math.max(...reliability.map((bin) => bin.cases));
  const bottom = HISTOGRAM.top + HISTOGRAM.height;
  const bars = reliability
    .filter((bin) => bin.cases > 0)
    .map((bin) => {
      const [x, width] = [xOf(bin.from) + 1.5, xOf(bin.to) - xOf(bin.from) - 3];
      const height = Math.max(1, (bin.cases / most) * HISTOGRAM.height);
      const size = `x="${px(x)}" y="${px(bottom - height)}" width="${px(width)}" height="${px(height)}"`;
      return `<rect ${size} fill="${COLOURS.band}"><title>${bin.from}–${bin.to}: ${bin.cases} cases, ${bin.positives} with the label</title></rect>`;
    });
  const filled = reliability.flatMap(({ meanProbability, shareOfPositives, positives, cases: inBin }) =>
    meanProbability === null || shareOfPositives === null
      ? []
      : [{ point: [meanProbability, shareOfPositives] as const, interval: wilsonInterval(positives, inBin) }],
  );
  const whiskers = filled.map(
    ({ point: [x], interval: { low, high } }) =>
      `<path d="M${px(xOf(x))} ${px(yOf(low))}V${px(yOf(high))}" stroke="${COLOURS.line}" stroke-opacity="0.6"/>`,
  );
  const dots = filled.map(
    ({ point: [x, y] }) => `<circle cx="${px(xOf(x))}" cy="${px(yOf(y))}" r="4" fill="${COLOURS.line}"/>`,
  );
  return picture(
    bottom + 46,
    {
      title: `Reliability of ${name}`,
      description: `Expected calibration error ${figureText(figures.calibrationError)}, Brier score ${figureText(figures.brier)}.`,
    },
    [
      frame('probability, as found', 'share with the label', bottom),
      `<path d="M${SQUARE.left} ${bottom}H${SQUARE.left + SQUARE.side}" stroke="${COLOURS.faint}"/>`,
      ...bars,
      `<text x="${SQUARE.left - 7}" y="${HISTOGRAM.top + 8}" text-anchor="end">${most}</text>`,
      `<text x="${SQUARE.left - 7}" y="${bottom}" text-anchor="end">cases</text>`,
      ...whiskers,
      `<path d="${pathThrough(filled.map(({ point }) => point))}" stroke="${COLOURS.line}" stroke-width="1.6"/>`,
      ...dots,
      `<text class="note" x="${SQUARE.left + 8}" y="${SQUARE.top + 18}">ECE ${figureText(figures.calibrationError)}</text>`,
    ],
  );
}
