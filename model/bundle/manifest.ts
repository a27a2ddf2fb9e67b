import { createHash } from 'node:crypto';
import { z } from 'zod';
import { PRECISIONS } from '../../core/activation/precisions.ts';
import { featureDistanceSchema } from '../../core/features/feature-distance.ts';
import { preprocessingSchema } from '../preprocessing/contract.ts';
import { agreementSchema } from './agreement.ts';
import { costSchema } from './cost.ts';
import { evidenceChecksSchema } from './evidence-checks.ts';
import { modelCardSchema } from './model-card.ts';

const size = z.number().int().positive();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** A file of the bundle itself: no way out of its folder. */
const fileName = z.string().regex(/^(?:(?:heads|policies)\/)?[A-Za-z0-9][A-Za-z0-9._-]*$/);

const visionSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('vit'),
    imageSize: size,
    patchSize: size,
    width: size,
    layers: size,
    heads: size,
    hidden: size,
    /** Left out for QuickGELU. */
    activation: z.literal('gelu').optional(),
  }),
  z.object({
    kind: z.literal('mbconv'),
    imageSize: size,
    batchNormEpsilon: z.number().positive(),
    stem: size,
    blocks: z
      .array(
        z.object({
          kernel: size,
          stride: size,
          input: size,
          hidden: size,
          output: size,
          expands: z.boolean(),
        }),
      )
      .readonly(),
    pooled: size,
  }),
  z.object({
    kind: z.literal('resnet'),
    imageSize: size,
    width: size,
    layers: z.array(size).readonly(),
    heads: size,
  }),
]);

const geometrySchema = z.object({
  vision: visionSchema,
  text: z.object({
    vocabulary: size,
    positions: size,
    width: size,
    layers: size,
    heads: size,
    hidden: size,
    tokenTypes: size,
  }),
  embedding: size,
});

/** `model.json`: everything that a bundle says of itself. */
export const manifestSchema = z
  .object({
    format: z.literal(1),
    /** Hash of all that makes features: graphs, vocabulary, pre-processing, training. Heads and policies have their own. */
    id: sha256,
    family: z.literal('ret-clip'),
    name: z.string().min(1),
    geometry: geometrySchema,
    preprocessing: preprocessingSchema,
    /** Tokens of a text unless asked otherwise. */
    contextLength: size,
    /** Factors of the cosine similarity; checkpoints hold their logarithms. */
    logitScales: z.object({ patient: z.number(), left: z.number(), right: z.number() }),
    /** `false`: its weights are random, and its findings mean nothing. */
    trained: z.boolean(),
    /**
     * The vision tower's graph in each precision, how far its findings are those of fp32 on photographs, and what an image
     * costs on a processor.
     */
    variants: z.partialRecord(
      z.enum(PRECISIONS),
      z.object({
        vision: fileName,
        agreement: agreementSchema.optional(),
        /** Left out where it was not measured: bundles of former releases. */
        cost: costSchema.optional(),
      }),
    ),
    /** Tells left from right eyes by the photograph alone; left out where the bundle has none. */
    detector: z
      .object({
        graph: fileName,
        /** Least confidence with which it may contradict a label. */
        lateralityThreshold: z.number().min(0.5).max(1),
        /** Side of the pictures that it looks at, to which it shrinks the bundle's. */
        imageSize: size,
        /** What it computes of the test pattern. */
        reference: z.object({ logits: z.tuple([z.number(), z.number()]) }),
        accuracy: z.record(z.string(), z.unknown()),
        checkpoint: z.string(),
        checkpointSha256: sha256,
      })
      .optional(),
    heads: z.array(z.object({ name: z.string(), id: z.string(), file: fileName })),
    /** Named policies for these heads; left out where there are none. */
    policies: z.array(z.object({ name: z.string(), id: z.string(), file: fileName })).optional(),
    files: z.record(fileName, z.object({ bytes: z.number().int().nonnegative(), sha256 })),
    provenance: z.object({
      checkpoint: z.string(),
      checkpointSha256: sha256,
      /** Which of several sets of weights in the checkpoint, as it was told; left out where there was one. */
      checkpointKey: z.string().optional(),
      storedType: z.string(),
      vocabularySha256: sha256,
      /** What of the geometry was neither read from the checkpoint nor told, in words; left out where nothing was. */
      assumptions: z.array(z.string()).optional(),
    }),
    /** How evidence maps were judged, and which are shown; left out where they were not. */
    evidence: evidenceChecksSchema.optional(),
    /** How far features lie from those of training; left out where it was not fitted. */
    distance: featureDistanceSchema.optional(),
    /** Data, training, measured figures and limits; `null` where they are not written down. */
    card: modelCardSchema.nullable(),
    intendedUse: z.string(),
  })
  .strict();

export type Manifest = Readonly<z.infer<typeof manifestSchema>>;

/** Name of the manifest in its bundle. */
export const MANIFEST_FILE = 'model.json';
export const VOCABULARY_FILE = 'vocab.txt';
export const FUSION_FILE = 'fusion.onnx';
export const DETECTOR_FILE = 'detector.onnx';
export const TEXT_FILE = 'text.onnx';
export const REFERENCE_FILE = 'reference.json';

/** JSON whose keys are sorted, so that equal contents have equal texts. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/**
 * The id of a bundle: SHA-256 of what its features depend on, and of whether it was trained. The reference features are
 * no part of it: their last digits depend on the processor that computed them, and an id must not. Nor is the evidence
 * of precisions, nor what an image costs: they are measured later, and change no feature.
 */
export function bundleId(manifest: Omit<Manifest, 'id'>): string {
  const { format, family, geometry, preprocessing, contextLength, logitScales, trained, variants, files } =
    manifest;
  const graphs = Object.fromEntries(
    Object.entries(files).filter(([name]) => !/^(?:heads|policies)\//.test(name) && name !== REFERENCE_FILE),
  );
  const towers = Object.fromEntries(
    Object.entries(variants).map(([precision, { vision }]) => [precision, { vision }]),
  );
  const detector = manifest.detector && { lateralityThreshold: manifest.detector.lateralityThreshold };
  const content = {
    ...{ format, family, geometry, preprocessing, contextLength, logitScales, trained, variants: towers },
    ...(detector === undefined ? {} : { detector }),
    files: graphs,
  };
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}
