import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import type { ExamFeatures } from '../../core/exams/exam-features.ts';
import { type Head, headId, headSchema, refuseForeignHead } from '../../core/heads/head.ts';
import { HeadScorer } from '../../core/heads/score-head.ts';
import { Decoders, type DecodingContract, decodingContract, ImageError } from '../../decoding/index.ts';
import { type Agreement, holds, LEAST_PATIENTS, MOST_CHANGED_SHARE } from '../bundle/agreement.ts';
import type { Manifest } from '../bundle/manifest.ts';
import { REFERENCE_PRECISION } from '../bundle/offered-precisions.ts';
import type { Bundle } from '../bundle/open-bundle.ts';
import { embedExams, type Towers } from '../embed/embed-exams.ts';
import { BundleError } from '../errors.ts';
import type { Precision } from '../onnx/layers.ts';
import { cosine } from '../reference/cosine.ts';
import { bestProvider } from '../runtime/execution-provider.ts';
import { FusionSession } from '../runtime/fusion-session.ts';
import { VisionSession } from '../runtime/vision-session.ts';

/** One exam whose photographs are compared. */
export interface ComparedExam {
  readonly patient: string;
  readonly left: ComparedImage | null;
  readonly right: ComparedImage | null;
}

export interface ComparedImage {
  /** For messages. */
  readonly path: string;
  /** Reads the image file's content. */
  read(): Promise<Uint8Array>;
}

export interface CompareOptions {
  /** Name of what is looked at. */
  readonly source: string;
  /** Precisions to compare with fp32. */
  readonly precisions: readonly Precision[];
  /** Heads whose findings are compared; at least one. */
  readonly heads: readonly Head[];
  readonly onProgress?: (exams: number) => void;
}

/** What was seen of each precision, and the images that could not be read. */
export interface PrecisionComparisons {
  readonly agreements: ReadonlyMap<Precision, Agreement>;
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
}

/** Exams decoded and computed at once. */
const BATCH = 8;

/** What adds up over exams, of one precision. */
class Tally {
  readonly #changed = new Set<string>();
  findings = 0;
  changedFindings = 0;
  largestShift = 0;
  leastCosine = 1;

  get changed(): number {
    return this.#changed.size;
  }

  add(patient: string, scorers: readonly HeadScorer[], reference: ExamFeatures, other: ExamFeatures): void {
    for (const [a, b] of vectorPairs(reference, other)) {
      this.leastCosine = Math.min(this.leastCosine, cosine(a, b));
    }
    for (const scorer of scorers) this.#addFindings(patient, scorer, reference, other);
  }

  #addFindings(patient: string, scorer: HeadScorer, reference: ExamFeatures, other: ExamFeatures): void {
    const thresholds = new Map(scorer.head.labels.map(({ name, threshold }) => [name, threshold]));
    const found = scorer.score(other);
    scorer.score(reference).forEach(({ label, level, probability }, index) => {
      const finding = found[index];
      if (finding?.label !== label || finding.level !== level) {
        throw new BundleError('Both precisions must give the same findings.');
      }
      const threshold = thresholds.get(label) ?? Number.NaN;
      this.findings += 1;
      this.largestShift = Math.max(this.largestShift, Math.abs(finding.probability - probability));
      if (finding.probability >= threshold === probability >= threshold) return;
      this.changedFindings += 1;
      this.#changed.add(patient);
    });
  }
}

function vectorPairs(a: ExamFeatures, b: ExamFeatures): (readonly [Float32Array, Float32Array])[] {
  return [
    [a.patient, b.patient] as const,
    ...(['left', 'right'] as const).flatMap((eye) => {
      const [one, other] = [a[eye], b[eye]];
      return one === null || other === null
        ? []
        : [[one.visual, other.visual] as const, [one.mapped, other.mapped] as const];
    }),
  ];
}

/** Reads and decodes images, and keeps what names the set and what failed. */
class Decoder {
  readonly unreadable: { readonly path: string; readonly reason: string }[] = [];
  readonly #hashes: string[] = [];
  readonly #decoders = new Decoders({ processes: Math.min(4, availableParallelism()) });
  readonly #limit = pLimit(8);
  readonly #imageSize: number;
  readonly #contract: DecodingContract;

  constructor({ geometry, preprocessing }: Manifest) {
    this.#imageSize = geometry.vision.imageSize;
    this.#contract = decodingContract(preprocessing.id);
  }

  get images(): number {
    return this.#hashes.length;
  }

  /** SHA-256 over the sorted SHA-256 of the images. */
  get sha256(): string {
    return createHash('sha256').update(this.#hashes.toSorted().join('\n')).digest('hex');
  }

  pixels(image: ComparedImage | null): Promise<Uint8Array | null> {
    return this.#limit(async () => {
      if (image === null) return null;
      try {
        const content = await image.read();
        const { squares } = await this.#decoders.decode(content, {
          contract: this.#contract,
          sides: [this.#imageSize],
        });
        this.#hashes.push(createHash('sha256').update(content).digest('hex'));
        return squares[0] ?? null;
      } catch (error) {
        if (!(error instanceof ImageError) && !(error instanceof Error && 'code' in error)) throw error;
        this.unreadable.push({ path: image.path, reason: error.message });
        return null;
      }
    });
  }

  close(): Promise<void> {
    return this.#decoders.close();
  }
}

function runtimeText(provider: string): string {
  const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string };
  return `onnxruntime-node ${version}, ${provider}`;
}

/** @throws BundleError if there is nothing to compare, or nothing to compare it by */
function refuseEmptyComparison({ directory, manifest }: Bundle, { precisions, heads }: CompareOptions): void {
  if (manifest.variants[REFERENCE_PRECISION] === undefined) {
    throw new BundleError(
      `Bundle "${directory}" has no ${REFERENCE_PRECISION} to compare other precisions with. Import the checkpoint again with --precision ${[REFERENCE_PRECISION, ...precisions].join(',')}.`,
    );
  }
  if (heads.length === 0) {
    throw new BundleError(
      `Bundle "${directory}" has no head, so there are no findings to compare. Name the heads that will read it: --heads FILE`,
    );
  }
  for (const head of heads) refuseForeignHead(head, manifest.geometry.embedding, manifest.id);
}

/**
 * Compares precisions of a bundle with fp32 by what matters: the findings of heads on the same images. Nothing is
 * written.
 *
 * @throws BundleError if there is no fp32, no head, or no image can be read
 * @example
 * const { agreements } = await comparePrecisions(bundle, exams, { source: 'odir', precisions: ['int8'], heads: bundle.heads });
 * agreements.get('int8')?.changed; // patients of whom a finding changed
 */
export async function comparePrecisions(
  bundle: Bundle,
  exams: readonly ComparedExam[],
  options: CompareOptions,
): Promise<PrecisionComparisons> {
  refuseEmptyComparison(bundle, options);
  const { precisions, onProgress = () => undefined } = options;
  const provider = bestProvider();
  // A head of a bundle carries its id besides.
  const heads = options.heads.map((head) => {
    const { id: _, ...content } = head as Head & { readonly id?: string };
    return headSchema.parse(content);
  });
  const scorers = heads.map((head) => new HeadScorer(head));
  const tallies = new Map(precisions.map((precision) => [precision, new Tally()]));
  const towers = new Map<Precision, Towers>();
  const decoder = new Decoder(bundle.manifest);
  const patients = new Set<string>();
  let compared = 0;
  const fusion = await FusionSession.load(bundle);
  try {
    for (const precision of [REFERENCE_PRECISION, ...precisions]) {
      towers.set(precision, { vision: await VisionSession.load(bundle, { precision, provider }), fusion });
    }
    const features = (precision: Precision, decoded: readonly DecodedExam[]) =>
      embedExams(towers.get(precision) as Towers, decoded);
    for (let first = 0; first < exams.length; first += BATCH) {
      const readable = await decode(exams.slice(first, first + BATCH), decoder);
      if (readable.length > 0) {
        const reference = await features(REFERENCE_PRECISION, readable);
        for (const [precision, tally] of tallies) {
          const found = await features(precision, readable);
          readable.forEach(({ patient }, row) => {
            tally.add(patient, scorers, reference[row] as ExamFeatures, found[row] as ExamFeatures);
          });
        }
      }
      compared += readable.length;
      for (const { patient } of readable) patients.add(patient);
      onProgress(Math.min(first + BATCH, exams.length));
    }
  } finally {
    await decoder.close();
    for (const { vision } of towers.values()) await vision.release();
    await fusion.release();
  }
  if (compared === 0) throw new BundleError(`None of the images of ${options.source} can be read.`);
  const photographs = {
    ...{ source: options.source, patients: patients.size, exams: compared },
    ...{ images: decoder.images, sha256: decoder.sha256 },
  };
  const agreements = [...tallies].map(([precision, tally]): [Precision, Agreement] => {
    const { findings, changedFindings, changed, largestShift } = tally;
    const agreement = {
      photographs,
      heads: heads.map((head) => ({ name: head.name, id: headId(head) })),
      ...{ findings, changedFindings, changed, largestShift },
      leastCosine: Math.min(1, tally.leastCosine),
      bound: { changedShare: MOST_CHANGED_SHARE, patients: LEAST_PATIENTS },
      runtime: runtimeText(provider),
    };
    return [precision, { ...agreement, offered: holds(agreement) }];
  });
  return { agreements: new Map(agreements), unreadable: decoder.unreadable };
}

interface DecodedExam {
  readonly patient: string;
  readonly left: Uint8Array | null;
  readonly right: Uint8Array | null;
}

async function decode(exams: readonly ComparedExam[], decoder: Decoder): Promise<DecodedExam[]> {
  const decoded = await Promise.all(
    exams.map(async ({ patient, left, right }) => {
      const [leftPixels, rightPixels] = await Promise.all([decoder.pixels(left), decoder.pixels(right)]);
      return { patient, left: leftPixels, right: rightPixels };
    }),
  );
  return decoded.filter(({ left, right }) => left !== null || right !== null);
}
