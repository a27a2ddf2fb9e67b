import type { MeasuredFigure } from '../evaluation.ts';
import { figureText } from '../figure-text.ts';
import { COLOURS } from '../plots/frame.ts';
import { px } from '../plots/markup.ts';

const WIDTH = 130;
const HEIGHT = 18;

/** A figure and its interval drawn on a line from `from` to 1, so that rows of a table compare at a glance. */
export function intervalBar(figure: MeasuredFigure, from: number): string {
  const { value, low, high } = figure;
  if (value === null) return '';
  const x = (at: number): number => 6 + ((Math.max(from, at) - from) / (1 - from)) * (WIDTH - 12);
  const middle = HEIGHT / 2;
  const chance = x(0.5);
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${figureText(figure)}">`,
    `<path d="M6 ${middle}H${WIDTH - 6}" stroke="${COLOURS.grid}" stroke-width="2"/>`,
    `<path d="M${px(chance)} 2V${HEIGHT - 2}" stroke="${COLOURS.faint}" stroke-dasharray="2 2"/>`,
    ...(low === null || high === null
      ? []
      : [
          `<path d="M${px(x(low))} ${middle}H${px(x(high))}" stroke="${COLOURS.line}" stroke-width="3" stroke-linecap="round"/>`,
        ]),
    `<circle cx="${px(x(value))}" cy="${middle}" r="4.5" fill="${COLOURS.line}"/>`,
    '</svg>',
  ].join('');
}
