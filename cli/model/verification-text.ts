import { type Agreement, LEAST_PATIENTS, MOST_CHANGED_SHARE } from '../../model/bundle/agreement.ts';
import type { Bundle } from '../../model/bundle/index.ts';
import { agreementText, isOffered, whyNotOffered } from '../../model/bundle/offered-precisions.ts';
import type { Precision } from '../../model/onnx/layers.ts';
import type { ExpectedFidelity } from '../../model/verification/expected-features.ts';
import type { Comparison } from '../../model/verification/verify-bundle.ts';
import { colours as pc } from '../terminal/colours.ts';
import type { ComparedExams } from './compared-exams.ts';
import { unprovenOf } from './unproven.ts';

/** What was seen of the precisions beside fp32. */
export interface Verification {
  readonly bundle: Bundle;
  readonly comparisons: readonly Comparison[];
  /** Beside what the checkpoint's own implementation computes; `null` where it was not given. */
  readonly expected: ExpectedFidelity | null;
  /** What they were compared on; `null` if they were not, `why` says why. */
  readonly on: Pick<ComparedExams, 'source' | 'drawn'> | null;
  readonly why: string | null;
  readonly agreements: ReadonlyMap<Precision, Agreement>;
  readonly recorded: boolean;
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
}

/** What evidence of one precision says, in figures. */
function figures({ largestShift, leastCosine }: Agreement): string {
  return `largest shift of a probability ${largestShift.toFixed(3)}, least cosine ${leastCosine.toFixed(5)}`;
}

/** One line for each precision of a bundle: whether it is offered, and why not. */
export function precisionLines({ manifest }: Bundle): string[] {
  return (Object.keys(manifest.variants) as Precision[]).map((precision) => {
    const why = whyNotOffered(manifest, precision);
    const { agreement } = manifest.variants[precision] ?? {};
    if (why !== null) return `${precision} ${pc.yellow('not offered')}: ${why}`;
    return `${precision} offered${agreement === undefined ? '' : `: ${agreementText(agreement)}`}`;
  });
}

function comparedLines({ bundle, on, why, agreements, recorded }: Verification): string[] {
  if (on === null) return why === null ? [] : [`  ${pc.dim('–')} precisions were not compared: ${why}`];
  const lines = [...agreements].map(([precision, agreement]) => {
    const mark = agreement.offered ? pc.green('✓') : pc.yellow('!');
    return `  ${mark} ${precision.padEnd(5)} ${agreementText(agreement)}; ${figures(agreement)}`;
  });
  const least = `at least ${LEAST_PATIENTS} patients, of whom at most ${100 * MOST_CHANGED_SHARE} % change a finding`;
  const note = on.drawn
    ? `These are drawings, not photographs, and offer no precision. Compare on photographs (${least}): retclip model verify "${bundle.directory}" --photographs DIR`
    : recorded
      ? `Kept in the bundle as evidence. A precision is offered on photographs of ${least}.`
      : 'Not kept in the bundle (--no-record).';
  return [...lines, `    ${pc.dim(note)}`, ...precisionLines(bundle).map((line) => `    ${line}`)];
}

function expectedLines({ manifest }: Bundle, expected: ExpectedFidelity | null): string[] {
  if (expected === null) {
    return [
      `  ${pc.yellow('!')} not proven, since the reference features were computed under the same assumptions: ${unprovenOf(manifest).join('; ')}. Prove them by numbers of the checkpoint's own code: --expected FILE (docs/vision-towers.md)`,
    ];
  }
  const { features, findings } = expected;
  return [
    ...features.map(
      ({ feature, cosine, required }) =>
        `  ${pc.green('✓')} ${feature}: cosine with what is expected ${cosine.toFixed(7)} (at least ${required})`,
    ),
    findings === null
      ? `  ${pc.yellow('!')} no findings were compared: there is no head, or no photograph`
      : `  ${pc.green('✓')} ${findings.changed} of ${findings.findings} findings differ from what is expected; largest shift of a probability ${findings.largestShift.toFixed(4)} (at most ${findings.required})`,
  ];
}

/** What a verification says to a person. */
export function verificationText(verification: Verification): string[] {
  const { bundle, comparisons, expected } = verification;
  const { id, files, detector } = bundle.manifest;
  return [
    `  ${pc.green('✓')} ${Object.keys(files).length} files have the hashes that the manifest says`,
    ...comparisons.map(
      ({ graph, cosine, required }) =>
        `  ${pc.green('✓')} ${graph.padEnd(5)} loads; cosine with the reference features ${cosine.toFixed(7)} (at least ${required})`,
    ),
    ...expectedLines(bundle, expected),
    ...(detector === undefined
      ? []
      : [`  ${pc.green('✓')} the detector loads and computes what it did in training`]),
    ...comparedLines(verification),
    `Bundle ${id.slice(0, 12)} is sound.${isAllOffered(bundle) ? '' : ' Not every precision of it is offered.'}`,
  ];
}

function isAllOffered({ manifest }: Bundle): boolean {
  return (Object.keys(manifest.variants) as Precision[]).every((precision) => isOffered(manifest, precision));
}
