import { colours as pc } from '../terminal/colours.ts';
import type { FieldTally } from './count-fields.ts';

/** Upper end of the share of macula-centred photographs that are called discs, as measured: docs/preparation.md. */
const MEASURED_SHARE = 0.0039;

const percent = (share: number) => `${(100 * share).toFixed(2)} %`;

/**
 * Which fields a program's photographs show, for a person.
 *
 * @param interval 95 % of the share of unnamed photographs that were seen as of the disc; `null` without any
 */
export function fieldsText(
  program: string,
  tally: FieldTally,
  interval: { readonly low: number; readonly high: number } | null,
): string {
  const { photographs, macula, disc, undecided, doubtful, unnamed, unnamedDisc, eyesOfUnnamedDiscs } = tally;
  if (photographs === 0) return `No result of program ${program} has a gradable photograph.`;
  const lines = [
    `${pc.bold(program)}: ${photographs} gradable photographs`,
    `  macula ${macula}, disc ${disc}, undecided ${undecided}; named as another field than they show ${doubtful}`,
  ];
  if (interval === null) return [...lines, '  the field of each was named'].join('\n');
  const { low, high } = interval;
  const isBeyond = low > MEASURED_SHARE;
  const share = `  seen as of the disc without a word: ${unnamedDisc} of ${unnamed} unnamed, ${percent(unnamedDisc / unnamed)} (${percent(low)} to ${percent(high)})`;
  return [
    ...lines,
    isBeyond ? pc.yellow(share) : share,
    `  eyes of such discs alone, which support no recall: ${eyesOfUnnamedDiscs}`,
    ...(isBeyond
      ? [
          `  That is more than the ${percent(MEASURED_SHARE)} of maculas that may be taken for discs: name the field in files or the manifest, and upload again. See docs/preparation.md.`,
        ]
      : []),
  ].join('\n');
}
