import type { ExamFeatures, ImageFeatures } from '../../core/exams/exam-features.ts';
import type { EyeResult } from '../../core/exams/exam-result.ts';
import type { Field } from '../../core/exams/field.ts';
import { LATERALITIES, type Laterality } from '../../core/exams/laterality.ts';
import { type Head, headId } from '../../core/heads/head.ts';
import { HeadScorer } from '../../core/heads/score-head.ts';
import type { DecisionInput } from '../../core/policies/index.ts';
import type { Bundle } from '../bundle/open-bundle.ts';
import type { EyeState, FeaturesFile } from '../cohort/index.ts';
import { type FusedFeatures, FusionSession } from '../runtime/fusion-session.ts';

/** Exams whose features are in memory at once. */
const BATCH = 512;

/** Which bytes a photograph has decides nothing. */
const NO_BYTES = { versionId: null, sha256: '0'.repeat(64), bytes: 0, order: '' };

/**
 * An eye as the gate leaves it. Of a cohort's photographs nothing else counts for an outcome.
 *
 * @param fields of its photographs, the primary one first
 */
function eyeResult(
  laterality: Laterality,
  state: EyeState,
  fields: readonly [Field | null, ...Field[]],
): EyeResult | null {
  if (state === null) return null;
  const quality =
    state === 'gradable'
      ? { gradable: true as const, reason: null, measurements: {} }
      : { gradable: false as const, reason: state, measurements: {} };
  return {
    image: { ...NO_BYTES, key: laterality },
    quality,
    images: fields.map((field) => ({ image: imageOf(laterality, field), field, quality })),
  };
}

function imageOf(laterality: Laterality, field: Field | null): string {
  return field === 'disc' ? `${laterality} disc` : laterality;
}

interface Visuals {
  readonly left: Float32Array | null;
  readonly right: Float32Array | null;
}

/** Visual features of gradable eyes only: the worker gives the others to no model. */
async function gradableVisuals(file: FeaturesFile, rows: readonly number[]): Promise<Visuals[]> {
  const wanted = rows.flatMap((row) =>
    LATERALITIES.filter((eye) => file.eyeState(row, eye) === 'gradable').map((eye) => ({ row, eye })),
  );
  const matrix = await file.read('visual', wanted);
  const visuals = new Map(
    wanted.map(({ row, eye }, place) => [
      `${row} ${eye}`,
      matrix.subarray(place * file.embedding, (place + 1) * file.embedding),
    ]),
  );
  return rows.map((row) => ({
    left: visuals.get(`${row} left`) ?? null,
    right: visuals.get(`${row} right`) ?? null,
  }));
}

/** As the worker does: an eye without a gradable photograph is given the other's. */
async function fuse(
  fusion: FusionSession,
  exams: readonly Visuals[],
  embedding: number,
): Promise<FusedFeatures> {
  const side = (eye: Laterality, other: Laterality): Float32Array => {
    const matrix = new Float32Array(exams.length * embedding);
    exams.forEach((exam, row) => {
      matrix.set(exam[eye] ?? exam[other] ?? [], row * embedding);
    });
    return matrix;
  };
  return fusion.run(side('left', 'right'), side('right', 'left'));
}

function featuresOf(
  { left, right }: Visuals,
  fused: FusedFeatures,
  row: number,
  embedding: number,
  discs: Visuals | undefined,
): ExamFeatures {
  const part = (matrix: Float32Array): Float32Array =>
    matrix.subarray(row * embedding, (row + 1) * embedding);
  return {
    left: left && { visual: left, mapped: part(fused.left) },
    right: right && { visual: right, mapped: part(fused.right) },
    patient: part(fused.patient),
    ...(discs === undefined ? {} : { images: imagesOf({ left, right }, discs) }),
  };
}

/** Both fields of each eye, as the worker reads several images of it. */
function imagesOf(maculas: Visuals, discs: Visuals): ImageFeatures[] {
  return LATERALITIES.flatMap((laterality) =>
    (['macula', 'disc'] as const).flatMap((field) => {
      const visual = (field === 'disc' ? discs : maculas)[laterality];
      return visual === null ? [] : [{ image: imageOf(laterality, field), laterality, field, visual }];
    }),
  );
}

/**
 * What the pipeline knows of a cohort's exams before a policy decides: which eyes are gradable, and what heads find in
 * those that are. The features are the file's; what is made of two eyes is made again where only one of them is gradable.
 *
 * @param rows of the features file
 * @param discs features of the same eyes' photographs of the disc, with the row of each exam there: each eye is then read by two
 * fields
 * @returns one for each row, in their order
 * @throws CohortError if the file was made without the quality gate
 */
export async function assessExams(
  bundle: Bundle,
  file: FeaturesFile,
  rows: readonly number[],
  heads: readonly Head[],
  discs?: { readonly file: FeaturesFile; readonly rows: readonly number[] },
): Promise<DecisionInput[]> {
  const scorers = heads.map((head) => new HeadScorer(head));
  const references = heads.map((head) => ({ name: head.name, id: headId(head) }));
  const fusion = await FusionSession.load(bundle);
  const assessed: DecisionInput[] = [];
  const fields: readonly [Field | null, ...Field[]] = discs === undefined ? [null] : ['macula', 'disc'];
  try {
    for (let first = 0; first < rows.length; first += BATCH) {
      const part = rows.slice(first, first + BATCH);
      const visuals = await gradableVisuals(file, part);
      const fused = await fuse(fusion, visuals, file.embedding);
      const others = discs && (await gradableVisuals(discs.file, discs.rows.slice(first, first + BATCH)));
      for (const [place, row] of part.entries()) {
        const features = featuresOf(
          ...([visuals[place] as Visuals, fused, place, file.embedding, others?.[place]] as const),
        );
        const eyes = {
          left: eyeResult('left', file.eyeState(row, 'left'), fields),
          right: eyeResult('right', file.eyeState(row, 'right'), fields),
        };
        const findings = scorers.flatMap((scorer) =>
          scorer.score(features).map((finding) => ({ ...finding, image: null })),
        );
        assessed.push({ eyes, heads: references, findings });
      }
    }
  } finally {
    await fusion.release();
  }
  return assessed;
}
