import { readFile } from 'node:fs/promises';
import { REFERENCE_FILE } from '../bundle/manifest.ts';
import { type Bundle, verifyHashes } from '../bundle/open-bundle.ts';
import { verifiedFile } from '../bundle/verified-file.ts';
import { BundleError } from '../errors.ts';
import type { Precision } from '../onnx/layers.ts';
import { cosine } from '../reference/cosine.ts';
import { type ReferenceFeatures, referenceFeaturesSchema } from '../reference/reference-features.ts';
import { referenceInput } from '../reference/reference-input.ts';
import { type FusedFeatures, FusionSession } from '../runtime/fusion-session.ts';
import { TextSession } from '../runtime/text-session.ts';
import { VisionSession } from '../runtime/vision-session.ts';
import { verifyDetector } from './verify-detector.ts';

/** Least cosine with the reference features that a graph must reach. */
export const LEAST_COSINES: Readonly<Record<Precision | 'text', number>> = {
  fp32: 0.99999,
  fp16: 0.9995,
  int8: 0.99,
  text: 0.99999,
};

/** One comparison of a graph with the reference. */
export interface Comparison {
  readonly graph: Precision | 'text';
  /** The smallest over all features. */
  readonly cosine: number;
  readonly required: number;
}

async function readReference(bundle: Bundle): Promise<ReferenceFeatures> {
  const path = await verifiedFile(bundle, REFERENCE_FILE);
  try {
    return referenceFeaturesSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new BundleError(`"${path}" holds no reference features. Import the checkpoint again.`, {
      cause: error,
    });
  }
}

function least(pairs: readonly (readonly [ArrayLike<number>, ArrayLike<number>])[]): number {
  return Math.min(...pairs.map(([a, b]) => cosine(a, b)));
}

async function compareVision(
  bundle: Bundle,
  precision: Precision,
  reference: ReferenceFeatures,
  pixels: Uint8Array,
): Promise<number> {
  const { embedding } = bundle.manifest.geometry;
  const vision = await VisionSession.load(bundle, { precision, provider: 'cpu' });
  const fusion = await FusionSession.load(bundle);
  try {
    const visual = await vision.run(pixels);
    const left = visual.slice(0, embedding);
    const right = visual.slice(embedding);
    const fused = await fusion.run(left, right);
    return least([
      [left, reference.left_visual],
      [right, reference.right_visual],
      [fused.left, reference.left],
      [fused.right, reference.right],
      [fused.patient, reference.patient],
    ]);
  } finally {
    await vision.release();
    await fusion.release();
  }
}

async function compareText(
  bundle: Bundle,
  reference: ReferenceFeatures,
  tokens: readonly BigInt64Array[],
): Promise<number> {
  const { embedding } = bundle.manifest.geometry;
  const session = await TextSession.load(bundle, { provider: 'cpu' });
  try {
    const features = await session.run(tokens);
    const row = (level: keyof FusedFeatures, index: number) =>
      features[level].subarray(index * embedding, (index + 1) * embedding);
    return least(
      reference.texts.flatMap((text, index) =>
        (['patient', 'left', 'right'] as const).map((level) => [row(level, index), text[level]] as const),
      ),
    );
  } finally {
    await session.release();
  }
}

/**
 * Proves a bundle: every file by its hash, every graph by loading it and comparing what it computes with the stored
 * reference features.
 *
 * @returns the comparisons, all of them good
 * @throws BundleError naming the file or the graph at fault, with the figure
 */
export async function verifyBundle(bundle: Bundle): Promise<readonly Comparison[]> {
  await verifyHashes(bundle);
  await verifyDetector(bundle);
  const { geometry, variants } = bundle.manifest;
  const reference = await readReference(bundle);
  const input = referenceInput(geometry.vision.imageSize, reference.contextLength, geometry.text.vocabulary);
  const comparisons: Comparison[] = [
    {
      graph: 'text',
      cosine: await compareText(bundle, reference, input.tokens),
      required: LEAST_COSINES.text,
    },
  ];
  for (const precision of Object.keys(variants) as Precision[]) {
    const reached = await compareVision(bundle, precision, reference, input.pixels);
    comparisons.push({ graph: precision, cosine: reached, required: LEAST_COSINES[precision] });
  }
  const failed = comparisons.find(({ cosine: reached, required }) => !(reached >= required));
  if (failed !== undefined) {
    throw new BundleError(
      `Graph ${failed.graph} of bundle "${bundle.directory}" reaches a cosine of ${failed.cosine.toFixed(6)} with its reference features; ${failed.required} is required. Do not screen with it: import the checkpoint again.`,
    );
  }
  return comparisons;
}
