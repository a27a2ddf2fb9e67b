import { createHash } from 'node:crypto';
import { copyFile, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { type Head, HeadError, headId, refuseForeignHead } from '../../core/heads/head.ts';
import { bundleHeadFile } from '../../core/keys/bundle-file-key.ts';
import type { DecodingContract } from '../../decoding/index.ts';
import { hashFile } from '../bundle/file-hash.ts';
import {
  bundleId,
  FUSION_FILE,
  MANIFEST_FILE,
  type Manifest,
  REFERENCE_FILE,
  TEXT_FILE,
  VOCABULARY_FILE,
} from '../bundle/manifest.ts';
import type { ModelCard } from '../bundle/model-card.ts';
import { type Bundle, openBundle } from '../bundle/open-bundle.ts';
import { openRetClipWeights, type ToldOfCheckpoint } from '../checkpoint/open-retclip-weights.ts';
import type { RetClipWeights } from '../checkpoint/weights.ts';
import { writeDetector } from '../detector/write-detector.ts';
import { BundleError, VocabularyError } from '../errors.ts';
import { fusionGraph } from '../onnx/fusion-graph.ts';
import { type Precision, precisionsOf } from '../onnx/layers.ts';
import { textGraph } from '../onnx/text-graph.ts';
import { visionGraph } from '../onnx/vision-graph.ts';
import { writeModel } from '../onnx/write-model.ts';
import { PREPROCESSINGS } from '../preprocessing/contract.ts';
import { computeReference } from '../reference/reference-features.ts';
import { Tokenizer } from '../tokenizer/tokenizer.ts';

/** Tokens of a report in RET-CLIP's training. */
export const DEFAULT_CONTEXT_LENGTH = 100;

export const INTENDED_USE =
  'Research into screening for eye disease by colour fundus photographs. Not a medical device, not for diagnosis or for decisions about a patient.';

export interface ImportOptions {
  readonly checkpoint: string;
  readonly vocabulary: string;
  /** Must not exist, or be empty. */
  readonly out: string;
  /** Variants of the vision tower; all that its kind has unless told. */
  readonly precisions?: readonly Precision[];
  readonly name?: string;
  /** `false` for random weights; `true` unless told. */
  readonly trained?: boolean;
  readonly heads?: readonly Head[];
  /** How photographs become its pixels: as it was trained. `squash-bicubic-v1`, which RET-CLIP's weights need, unless told. */
  readonly preprocessing?: DecodingContract;
  /** What its makers say of it. */
  readonly card?: ModelCard;
  /** Checkpoint of a detector of laterality, its settings beside it; none unless told. */
  readonly detector?: string;
  /** What no tensor tells: attention heads of towers of an unpublished configuration, another activation, one of several sets. */
  readonly told?: ToldOfCheckpoint;
  /** Bytes that a graph's file may have before its weights go into another beside it; 2 GiB unless told, ONNX's own limit. */
  readonly largestFile?: number;
  /** Told before each step. */
  readonly onStep?: (step: string) => void;
}

async function refuseOccupied(out: string): Promise<void> {
  const names = await readdir(out).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new BundleError(`"${out}" cannot be a bundle's folder: ${error.message}`);
  });
  if (names.length > 0)
    throw new BundleError(`"${out}" is not empty. Name a new folder, or remove that one first.`);
}

/** @throws VocabularyError if it is not the model's */
async function checkVocabulary(path: string, weights: RetClipWeights): Promise<void> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new VocabularyError(`Vocabulary "${path}" cannot be read: ${error.message}`);
  });
  const { vocabularySize } = Tokenizer.fromVocabulary(text);
  const { vocabulary } = weights.geometry.text;
  if (vocabularySize !== vocabulary) {
    throw new VocabularyError(
      `Vocabulary "${path}" has ${vocabularySize} entries but the model in "${weights.path}" has ${vocabulary}. Give the vocabulary that it was trained with.`,
    );
  }
}

async function writeHeads(
  directory: string,
  heads: readonly Head[],
  embedding: number,
): Promise<Manifest['heads']> {
  if (heads.length > 0) await mkdir(join(directory, 'heads'));
  const entries: Manifest['heads'] = [];
  for (const head of heads) {
    refuseForeignHead(head, embedding);
    if (entries.some(({ name }) => name === head.name)) {
      throw new HeadError(`There are two heads named "${head.name}". Rename one of them.`);
    }
    const file = bundleHeadFile(head.name);
    await writeFile(join(directory, file), `${JSON.stringify(head)}\n`, { flag: 'wx' });
    entries.push({ name: head.name, id: headId(head), file });
  }
  return entries;
}

/** @throws BundleError if a wanted precision is none that the tower has */
function choosePrecisions(
  { geometry, path }: RetClipWeights,
  wanted: readonly Precision[] | undefined,
): ReadonlySet<Precision> {
  const possible = precisionsOf(geometry.vision.kind);
  for (const precision of wanted ?? []) {
    if (!possible.includes(precision)) {
      throw new BundleError(
        `The vision tower in "${path}" is a residual network, which is not made in ${precision}. Import it with --precision ${possible.join(',')}.`,
      );
    }
  }
  return new Set(wanted ?? possible);
}

async function scale(weights: RetClipWeights, name: string): Promise<number> {
  return Math.exp((await weights.read(name))[0] ?? 0);
}

/** Writes everything but the manifest. @returns what goes into the manifest */
async function writeFiles(
  directory: string,
  weights: RetClipWeights,
  options: ImportOptions,
): Promise<Pick<Manifest, 'variants' | 'heads' | 'detector' | 'files' | 'contextLength'>> {
  const { onStep = () => undefined, largestFile } = options;
  const contextLength = Math.min(DEFAULT_CONTEXT_LENGTH, weights.geometry.text.positions);
  await copyFile(options.vocabulary, join(directory, VOCABULARY_FILE));
  const variants: Manifest['variants'] = {};
  const graphs: string[] = [];
  for (const precision of choosePrecisions(weights, options.precisions)) {
    onStep(`vision tower, ${precision}`);
    const vision = `vision.${precision}.onnx`;
    graphs.push(...(await writeModel(join(directory, vision), visionGraph(weights, precision), largestFile)));
    variants[precision] = { vision };
  }
  onStep('text tower');
  graphs.push(...(await writeModel(join(directory, TEXT_FILE), textGraph(weights), largestFile)));
  graphs.push(...(await writeModel(join(directory, FUSION_FILE), fusionGraph(weights), largestFile)));
  let detector: Manifest['detector'];
  if (options.detector !== undefined) {
    onStep('detector');
    detector = await writeDetector(directory, options.detector, weights.geometry.vision.imageSize);
  }
  onStep('reference features');
  const reference = await computeReference(weights, contextLength);
  await writeFile(join(directory, REFERENCE_FILE), JSON.stringify(reference));
  const heads = await writeHeads(directory, options.heads ?? [], weights.geometry.embedding);
  onStep('hashes');
  const names = [
    ...graphs,
    ...[REFERENCE_FILE, VOCABULARY_FILE],
    ...(detector === undefined ? [] : [detector.graph]),
    ...heads.map(({ file }) => file),
  ];
  const files: Manifest['files'] = {};
  for (const name of names) files[name] = await hashFile(join(directory, name));
  return { variants, heads, ...(detector === undefined ? {} : { detector }), files, contextLength };
}

/** Of a checkpoint in one file, its SHA-256; of several, that of their names and hashes, one a line, the index first. */
async function hashCheckpoint(files: readonly string[]): Promise<string> {
  const hashes = await Promise.all(
    files.map(async (file) => ({ name: basename(file), ...(await hashFile(file)) })),
  );
  const [only, ...others] = hashes;
  if (only !== undefined && others.length === 0) return only.sha256;
  const lines = hashes.map(({ name, sha256 }) => `${sha256}  ${name}\n`);
  return createHash('sha256').update(lines.join('')).digest('hex');
}

async function writeManifest(directory: string, manifest: Omit<Manifest, 'id'>): Promise<void> {
  const text = `${JSON.stringify({ id: bundleId(manifest), ...manifest }, null, 2)}\n`;
  const file = await open(join(directory, MANIFEST_FILE), 'wx');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Makes a model bundle of a RET-CLIP checkpoint, without Python. The same checkpoint gives the same bundle. The folder
 * appears when everything in it is written, or not at all. Of the weights, no more than a tensor is in memory at once.
 *
 * @throws ModelError if the checkpoint, the vocabulary or a head is not as it must be, or the folder is occupied
 * @example
 * await importCheckpoint({ checkpoint: 'ret-clip.pt', vocabulary: 'vocab.txt', out: 'bundle', precisions: ['fp32'] });
 */
export async function importCheckpoint(options: ImportOptions): Promise<Bundle> {
  const out = resolve(options.out);
  await refuseOccupied(out);
  const weights = await openRetClipWeights(options.checkpoint, options.told);
  const directory = join(dirname(out), `.${basename(out)}.${process.pid}.import`);
  try {
    await checkVocabulary(options.vocabulary, weights);
    await mkdir(directory, { recursive: true });
    const written = await writeFiles(directory, weights, options);
    options.onStep?.('checkpoint hash');
    await writeManifest(directory, {
      format: 1,
      family: 'ret-clip',
      name: options.name ?? basename(options.checkpoint).replace(/\.[^.]+$/, ''),
      geometry: structuredClone(weights.geometry),
      preprocessing: PREPROCESSINGS[options.preprocessing ?? 'squash-bicubic-v1'],
      logitScales: {
        patient: await scale(weights, 'logit_scale'),
        left: await scale(weights, 'logit_scale_left'),
        right: await scale(weights, 'logit_scale_right'),
      },
      trained: options.trained ?? true,
      provenance: {
        checkpoint: basename(options.checkpoint),
        checkpointSha256: await hashCheckpoint(weights.files),
        ...(options.told?.key === undefined ? {} : { checkpointKey: options.told.key }),
        storedType: weights.storedType,
        vocabularySha256: (await hashFile(options.vocabulary)).sha256,
        ...(weights.assumptions.length === 0 ? {} : { assumptions: [...weights.assumptions] }),
      },
      card: options.card ?? null,
      intendedUse: INTENDED_USE,
      ...written,
    });
    // Heads know the id of the bundle that they were fitted on: a foreign one shows here, before the folder appears.
    await openBundle(directory);
    await rm(out, { recursive: true, force: true });
    await rename(directory, out);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') {
      throw new BundleError(`The disk of "${out}" is full. Make room and import again.`, { cause: error });
    }
    throw error;
  } finally {
    await rm(directory, { recursive: true, force: true });
    await weights.close();
  }
  return openBundle(out);
}
