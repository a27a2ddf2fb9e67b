import type { LoadFigures } from './run-scenario.ts';

/** A line of the plot. */
export interface Curve {
  readonly name: string;
  readonly colour: string;
  readonly loads: readonly LoadFigures[];
}

const [WIDTH, HEIGHT] = [760, 440];
const FRAME = { left: 74, right: 724, top: 56, bottom: 372 } as const;
const SECONDS = [1, 10, 60, 600, 3_600] as const;
const SECOND_NAMES = ['1 s', '10 s', '1 min', '10 min', '1 h'] as const;
const [LEAST, MOST] = [0.8, 12_000];

function scale(from: number, to: number, low: number, high: number) {
  const [a, b] = [Math.log(from), Math.log(to)];
  return (value: number) => low + ((Math.log(Math.max(value, from)) - a) / (b - a)) * (high - low);
}

const round = (value: number) => value.toFixed(1);

function path(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`).join(' ');
}

/** Time to the answer by load: the median as a thin line, 99 of 100 as a thick one, for each curve. */
export function plotLoads(curves: readonly Curve[], noon: number): string {
  const loads = curves.flatMap((curve) => curve.loads.map(({ load }) => load));
  const [low, high] = [Math.min(...loads), Math.max(...loads)];
  const x = scale(low, high, FRAME.left, FRAME.right);
  const y = scale(LEAST, MOST, FRAME.bottom, FRAME.top);
  const text = (at: readonly [number, number], content: string, more = '') =>
    `<text x="${round(at[0])}" y="${round(at[1])}" ${more}>${content}</text>`;
  const grid = SECONDS.map((seconds, index) => {
    const height = y(seconds);
    const line = `<path d="M${FRAME.left} ${round(height)}H${FRAME.right}" stroke="#ddd"/>`;
    return line + text([FRAME.left - 8, height + 4], SECOND_NAMES[index] ?? '', 'text-anchor="end"');
  });
  const ticks = [...new Set(loads)].map((load) =>
    text([x(load), FRAME.bottom + 18], String(load), 'text-anchor="middle"'),
  );
  const drawn = curves.flatMap(({ name, colour, loads: figures }, index) => {
    const of = (value: (one: LoadFigures) => number) =>
      path(figures.map((one) => [x(one.load), y(value(one))] as const));
    const legend = FRAME.left + index * 216;
    return [
      `<path d="${of(({ simulated }) => simulated.p99)}" fill="none" stroke="${colour}" stroke-width="2.5"/>`,
      `<path d="${of(({ simulated }) => simulated.median)}" fill="none" stroke="${colour}" stroke-width="1"/>`,
      `<path d="M${legend} 32h22" stroke="${colour}" stroke-width="2.5"/>`,
      text([legend + 28, 36], name),
    ];
  });
  const middle = (FRAME.left + FRAME.right) / 2;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" fill="#222">`,
    '<title>From upload to answer, by load</title>',
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    text(
      [FRAME.left, 16],
      'From upload to answer, by load: 99 of 100 exams (thick) and the median (thin)',
      'font-weight="bold"',
    ),
    ...grid,
    ...ticks,
    `<path d="M${round(x(noon))} ${FRAME.top}V${FRAME.bottom}" stroke="#888" stroke-dasharray="4 4"/>`,
    text([x(noon) + 5, FRAME.top + 12], 'a country at noon', 'fill="#666"'),
    ...drawn,
    text([middle, FRAME.bottom + 42], 'exams a second, for five minutes', 'text-anchor="middle"'),
    '</svg>',
    '',
  ].join('\n');
}
