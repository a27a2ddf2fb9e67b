import { dirname } from 'node:path';
import { Command } from 'commander';
import type { Head } from '../../core/heads/head.ts';
import type { Agreement, Bundle } from '../../model/bundle/index.ts';
import { isOffered, whyNotOffered } from '../../model/bundle/offered-precisions.ts';
import type { Precision } from '../../model/onnx/layers.ts';
import { EXIT_CODES } from '../errors.ts';
import { requireFile, requireFolder } from '../given-path.ts';
import { headOfFile } from '../job/send-head.ts';
import { startProgress } from '../progress.ts';
import { leftOutLines } from '../terminal/left-out.ts';
import { withCohortSource } from '../upload/options.ts';
import { terminalAsk } from '../upload/terminal.ts';
import { drawnExams, photographedExams } from './compared-exams.ts';
import { unprovenOf } from './unproven.ts';
import { type Verification, verificationText } from './verification-text.ts';

interface VerifyOptions {
  readonly photographs?: string;
  readonly program?: string;
  readonly pattern?: string;
  readonly encoding?: string;
  readonly acceptDoubts: readonly string[];
  readonly heads: readonly string[];
  readonly expected?: string;
  readonly images?: string;
  readonly record: boolean;
  readonly json: boolean;
}

/** Why precisions cannot be compared, in words; `null` if they can. */
function objection({ manifest }: Bundle, heads: readonly Head[], lower: readonly Precision[]): string | null {
  if (lower.length === 0) return 'the bundle has no precision beside fp32';
  if (manifest.variants.fp32 === undefined) return 'the bundle has no fp32 to compare with';
  return heads.length === 0 ? 'the bundle has no head; name some with --heads FILE' : null;
}

async function compare(bundle: Bundle, options: VerifyOptions) {
  const { comparePrecisions } = await import('../../model/agreement/compare-precisions.ts');
  const { recordAgreements } = await import('../../model/agreement/record-agreements.ts');
  const lower = (Object.keys(bundle.manifest.variants) as Precision[]).filter((name) => name !== 'fp32');
  const heads = [...bundle.heads, ...(await Promise.all(options.heads.map(headOfFile)))];
  const nothing = { on: null, agreements: new Map<Precision, Agreement>(), recorded: false, unreadable: [] };
  const why = objection(bundle, heads, lower);
  if (why !== null) return { bundle, ...nothing, why };
  const { photographs } = options;
  const found =
    photographs === undefined
      ? await drawnExams()
      : await photographedExams(photographs, options, options.json ? null : terminalAsk());
  const { source, drawn, exams, refused } = found;
  const progress = startProgress('Comparing', 'exams', exams.length, !options.json);
  const { agreements, unreadable } = await comparePrecisions(bundle, exams, {
    ...{ source, precisions: lower, heads },
    onProgress: (done) => progress.update(done),
  }).finally(progress.stop);
  const recorded = !drawn && options.record;
  return {
    bundle: recorded ? await recordAgreements(bundle, agreements) : bundle,
    ...{ on: { source, drawn }, why: null, agreements, recorded },
    unreadable: [...refused, ...unreadable],
  };
}

function json(verification: Verification): string {
  const { bundle, comparisons, expected, on, why, agreements, recorded, unreadable } = verification;
  const { id, variants } = bundle.manifest;
  const precisions = (Object.keys(variants) as Precision[]).map((precision) => ({
    precision,
    offered: isOffered(bundle.manifest, precision),
    whyNot: whyNotOffered(bundle.manifest, precision),
    compared: agreements.get(precision) ?? null,
  }));
  const compared = on === null ? { on: null, why } : { on: on.source, drawn: on.drawn, recorded };
  return JSON.stringify({
    id,
    verified: true,
    comparisons,
    expected: expected?.features ?? [],
    expectedFindings: expected?.findings ?? null,
    unproven: expected === null ? unprovenOf(bundle.manifest) : [],
    precisions,
    compared,
    leftOut: unreadable,
  });
}

async function compareWithExpected(bundle: Bundle, options: VerifyOptions) {
  const { expected, images } = options;
  if (expected === undefined) return null;
  const { compareExpected } = await import('../../model/verification/expected-features.ts');
  const heads = [...bundle.heads, ...(await Promise.all(options.heads.map(headOfFile)))];
  return compareExpected(bundle, expected, images ?? dirname(expected), { heads });
}

async function verify(directory: string, options: VerifyOptions): Promise<void> {
  await requireFolder('Bundle', directory);
  for (const head of options.heads) await requireFile('Head', head);
  if (options.expected !== undefined) await requireFile('Expected features', options.expected);
  const { openBundle } = await import('../../model/bundle/index.ts');
  const { verifyBundle } = await import('../../model/verification/verify-bundle.ts');
  const opened = await openBundle(directory);
  const comparisons = await verifyBundle(opened);
  const expected = await compareWithExpected(opened, options);
  const verification: Verification = { comparisons, expected, ...(await compare(opened, options)) };
  const left = leftOutLines(
    'left out',
    verification.unreadable.map(({ path, reason }) => `${path}: ${reason}`),
  );
  process.stdout.write(
    options.json ? `${json(verification)}\n` : `${[...left, ...verificationText(verification)].join('\n')}\n`,
  );
  if (verification.unreadable.length > 0) process.exitCode = EXIT_CODES.refusedItems;
}

/** `retclip model verify BUNDLE [--photographs DIR | manifest.csv]` */
export function modelVerifyCommand(): Command {
  const command = new Command('verify')
    .description(
      'prove a bundle: hashes, graphs, stored reference features, and whether lower precisions find what fp32 finds',
    )
    .argument('<bundle>', 'folder of the bundle')
    .option(
      '--photographs <source>',
      'folder or manifest of photographs to compare the precisions on; the evidence is kept in the bundle',
    );
  return withCohortSource(command)
    .option('--heads <files...>', "heads beside the bundle's own whose findings are compared", [])
    .option(
      '--expected <file>',
      "features that the checkpoint's own implementation computes, as JSON: sees a wrong number of attention heads",
    )
    .option('--images <dir>', "where the images of --expected lie; the file's folder unless told")
    .option('--no-record', 'leave the bundle as it is')
    .option('--json', 'print one JSON object', false)
    .action(verify);
}
