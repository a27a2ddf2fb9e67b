import type { ModelCard, ModelCardFigure } from '../../model/bundle/index.ts';
import { operatingPointText } from '../policy/operating-point-text.ts';
import { colours as pc } from '../terminal/colours.ts';

function figureText({ metric, label, value, interval, units, positive, group }: ModelCardFigure): string {
  const what = [metric, label, group === undefined ? undefined : `(${group.by}: ${group.value})`];
  const within = interval === undefined ? '' : ` (${interval.low.toFixed(3)} to ${interval.high.toFixed(3)})`;
  const of = positive === undefined ? `${units}` : `${positive} of ${units} positive`;
  return `${what.filter(Boolean).join(' ').padEnd(44)} ${value.toFixed(3)}${within}  ${pc.dim(of)}`;
}

/** Figures of everybody first, then those of groups; sets, tasks and protocols in the order of the card. */
function figureLines(accuracy: readonly ModelCardFigure[]): string[] {
  const parts = new Map<string, ModelCardFigure[]>();
  for (const figure of accuracy) {
    const heading = `${figure.data}, ${figure.task}, ${figure.protocol}`;
    parts.set(heading, [...(parts.get(heading) ?? []), figure]);
  }
  return [...parts].flatMap(([heading, figures]) => [
    `    ${pc.bold(heading)}`,
    ...figures
      .toSorted((a, b) => Number(a.group !== undefined) - Number(b.group !== undefined))
      .map((figure) => `      ${figureText(figure)}`),
  ]);
}

function dataText({ name, use, patients, images, source, notes }: ModelCard['data'][number]): string {
  const sizes = [
    patients === undefined ? undefined : `${patients} patients`,
    images === undefined ? undefined : `${images} photographs`,
  ];
  return `${[`${name} (${use})`, ...sizes.filter(Boolean), source].join(', ')}${notes === undefined ? '' : `. ${notes}`}`;
}

/** What each policy does, and what to bear in mind of all of them. */
function policyLines(points: NonNullable<ModelCard['operatingPoints']>): string[] {
  const caveats = new Set(points.map(({ caveat }) => caveat));
  return [
    ...points.flatMap((point) => operatingPointText(point).split('\n')),
    ...[...caveats].map((caveat) => pc.dim(caveat)),
  ];
}

/** A model card, for a terminal. */
export function cardText(card: ModelCard): string {
  const { summary, data, training, accuracy, operatingPoints = [], limitations, mustNotBeUsedFor } = card;
  const list = (heading: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : [`  ${pc.dim(heading)}`, ...lines.map((line) => `    ${line}`)];
  const settings = Object.entries(training.settings).map(([name, value]) => `${name} ${value}`);
  return [
    `  ${summary}`,
    ...list('data', data.map(dataText)),
    ...list(
      'training',
      [training.method, settings.join(', '), training.effort ?? ''].filter((line) => line !== ''),
    ),
    ...(accuracy.length === 0
      ? list('measured', ['nothing'])
      : [`  ${pc.dim('measured')}`, ...figureLines(accuracy)]),
    ...list('policies', policyLines(operatingPoints)),
    ...list('limits', limitations),
    ...list(pc.yellow('must not be used for'), mustNotBeUsedFor),
  ].join('\n');
}
