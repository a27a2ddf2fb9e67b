import type { ExamFeatures, EyeFeatures } from '../../core/exams/exam-features.ts';
import type { Laterality } from '../../core/exams/laterality.ts';
import type { FusionSession } from '../runtime/fusion-session.ts';
import type { VisionSession } from '../runtime/vision-session.ts';

/** One exam's pictures, uint8 [size, size, 3] each; at least one of them is there. */
export interface ExamImages {
  readonly left: Uint8Array | null;
  readonly right: Uint8Array | null;
}

/** What computes features. */
export interface Towers {
  readonly vision: VisionSession;
  readonly fusion: FusionSession;
}

/**
 * Computes the features of some exams in one batch. An eye that is absent is taken as the other one, as the reference
 * code does, and has no features of its own.
 *
 * @returns one for each exam, in their order; vectors of a batch share their memory
 */
export async function embedExams(
  { vision, fusion }: Towers,
  exams: readonly ExamImages[],
): Promise<ExamFeatures[]> {
  const { embedding } = vision;
  const images = exams.flatMap(({ left, right }) => [left, right]).filter((pixels) => pixels !== null);
  const pixels = new Uint8Array(images.reduce((sum, { length }) => sum + length, 0));
  images.forEach((image, index) => {
    pixels.set(image, index * image.length);
  });
  const visuals = await vision.run(pixels);
  let next = 0;
  const take = (has: boolean): Float32Array | null => {
    if (!has) return null;
    next += 1;
    return visuals.subarray((next - 1) * embedding, next * embedding);
  };
  const eyes = exams.map(({ left, right }) => ({ left: take(left !== null), right: take(right !== null) }));
  const side = (eye: Laterality, other: Laterality): Float32Array => {
    const matrix = new Float32Array(exams.length * embedding);
    eyes.forEach((exam, row) => {
      matrix.set(exam[eye] ?? exam[other] ?? [], row * embedding);
    });
    return matrix;
  };
  const fused = await fusion.run(side('left', 'right'), side('right', 'left'));
  return exams.map((_, row) => {
    const part = (matrix: Float32Array): Float32Array =>
      matrix.subarray(row * embedding, (row + 1) * embedding);
    const eye = (laterality: Laterality): EyeFeatures | null => {
      const visual = eyes[row]?.[laterality] ?? null;
      return visual && { visual, mapped: part(fused[laterality]) };
    };
    return { left: eye('left'), right: eye('right'), patient: part(fused.patient) };
  });
}
