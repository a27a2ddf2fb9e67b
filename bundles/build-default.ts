import { rename, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { photographedExams } from '../cli/model/compared-exams.ts';
import { PRECISIONS, type Precision } from '../core/activation/precisions.ts';
import { comparePrecisions } from '../model/agreement/compare-precisions.ts';
import { recordAgreements } from '../model/agreement/record-agreements.ts';
import { type Bundle, openBundle, readModelCard, whyNotOffered } from '../model/bundle/index.ts';
import { measureCosts, recordCosts } from '../model/cost/record-costs.ts';
import { BundleError } from '../model/errors.ts';
import { readHead } from '../model/heads/read-head.ts';
import { importCheckpoint } from '../model/import/import-checkpoint.ts';
import { verifyBundle } from '../model/verification/verify-bundle.ts';
import { DETECTOR_CHECKPOINT } from './detector-file.ts';
import { shipPolicies } from './ship-policies.ts';
import { buildUntrainedBundle } from './untrained-bundle.ts';

/** What lies in the repository must stay small: bytes of the whole bundle. */
const LARGEST_BUNDLE = 25_000_000;

/**
 * Makes `bundles/default` again:
 *
 * - from a trained checkpoint: `node bundles/build-default.ts --checkpoint FILE --vocab FILE --heads FILE [--heads FILE …]
 *   --card FILE [--name NAME] [--precision fp32] [--vision-heads N] [--text-heads N]`, the heads as `retclip model
 *   import` needs them
 * - from a bundle and the policies that were chosen for it: `node bundles/build-default.ts --bundle bundles/default
 *   --policies DIR`, where `node bench/operating-points/measure.ts --out DIR` has put them. Only thresholds, policies and
 *   the card change.
 * - from random weights: `node bundles/build-default.ts --untrained`
 *
 * The first and the last have the detector of left and right eyes, unless another one is named by `--detector FILE`.
 *
 * Heads are bound to the features that they were fitted on, by the bundle's id, which its graphs and its detector make:
 * fit them on `retclip model import FILE --vocab FILE --precision fp32 --detector bundles/detector.safetensors --out DIR`,
 * with the precisions that ship.
 *
 * Precisions beside fp32 are offered by the bundle only if their findings are fp32's on photographs: name some with
 * `--photographs`, or afterwards: `retclip model verify bundles/default --photographs DIR`. Evidence is no part of the id.
 *
 * What stood there is replaced only by a bundle that was verified.
 */
const { values } = parseArgs({
  options: {
    out: { type: 'string', default: fileURLToPath(new URL('./default', import.meta.url)) },
    checkpoint: { type: 'string' },
    vocab: { type: 'string' },
    heads: { type: 'string', multiple: true, default: [] },
    card: { type: 'string' },
    detector: { type: 'string', default: DETECTOR_CHECKPOINT },
    name: { type: 'string', default: 'retclip-default' },
    precision: { type: 'string', multiple: true, default: ['fp32'] },
    bundle: { type: 'string' },
    policies: { type: 'string' },
    photographs: { type: 'string' },
    'vision-heads': { type: 'string' },
    'text-heads': { type: 'string' },
    untrained: { type: 'boolean', default: false },
  },
});

async function buildTrainedBundle(out: string): Promise<Bundle> {
  const { checkpoint, vocab, heads, card, name, precision, bundle, policies } = values;
  if (bundle !== undefined && policies !== undefined) return shipPolicies(bundle, policies, out);
  if (checkpoint === undefined || vocab === undefined || card === undefined || heads.length === 0) {
    console.error(
      'Expected --checkpoint, --vocab, --heads and --card, or --bundle and --policies, or --untrained alone.',
    );
    process.exit(2);
  }
  const wanted = PRECISIONS.filter((known) => precision.includes(known));
  if (wanted.length !== precision.length) {
    console.error(`Expected --precision of ${PRECISIONS.join(', ')} but received ${precision.join(', ')}.`);
    process.exit(2);
  }
  return importCheckpoint({
    checkpoint,
    vocabulary: vocab,
    out,
    name,
    precisions: wanted,
    heads: await Promise.all(heads.map(readHead)),
    card: await readModelCard(card),
    detector: values.detector,
    told: {
      ...(values['vision-heads'] === undefined ? {} : { visionHeads: Number(values['vision-heads']) }),
      ...(values['text-heads'] === undefined ? {} : { textHeads: Number(values['text-heads']) }),
    },
  });
}

/** Keeps in the bundle how far the findings of its other precisions are those of fp32. */
async function recordEvidence(bundle: Bundle, photographs: string): Promise<void> {
  const precisions = PRECISIONS.filter(
    (precision) => precision !== 'fp32' && bundle.manifest.variants[precision] !== undefined,
  );
  if (precisions.length === 0) return;
  // Whose eye it is changes no feature of it.
  const { source, exams } = await photographedExams(photographs, { acceptDoubts: ['all'] }, null);
  const { heads } = bundle;
  const { agreements } = await comparePrecisions(bundle, exams, { source, precisions, heads });
  await recordAgreements(bundle, agreements);
}

function bytesOf({ manifest }: Bundle): number {
  return Object.values(manifest.files).reduce((sum, { bytes }) => sum + bytes, 0);
}

const fresh = `${values.out}.${process.pid}.new`;
try {
  const bundle = values.untrained
    ? await buildUntrainedBundle(fresh, values.detector)
    : await buildTrainedBundle(fresh);
  await verifyBundle(bundle);
  if (values.photographs !== undefined) await recordEvidence(bundle, values.photographs);
  await recordCosts(bundle, await measureCosts(bundle));
  const bytes = bytesOf(bundle);
  if (bytes > LARGEST_BUNDLE) {
    throw new BundleError(
      `The bundle has ${bytes} bytes; at most ${LARGEST_BUNDLE} fit the repository. Ship fewer precisions.`,
    );
  }
  await rm(values.out, { recursive: true, force: true });
  await rename(fresh, values.out);
  const { manifest } = await openBundle(values.out);
  for (const precision of Object.keys(manifest.variants) as Precision[]) {
    const why = whyNotOffered(manifest, precision);
    console.log(`${precision}: ${why === null ? 'offered' : `not offered, ${why}`}`);
  }
  console.log(`${values.out}: bundle ${manifest.id}, ${(bytes / 1e6).toFixed(1)} MB`);
} finally {
  await rm(fresh, { recursive: true, force: true });
}
