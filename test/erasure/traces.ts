import type { ExamRecord } from '../../core/exams/exam-record.ts';
import type { ExamResult } from '../../core/exams/exam-result.ts';
import type { Home } from '../../core/ports/index.ts';
import { listFormerResults } from '../../core/records/former-results.ts';

/** What was found of a patient, to be looked for in every byte. */
export class Traces {
  readonly needles = new Map<string, Buffer>();

  photograph(what: string, content: Uint8Array): void {
    const at = Math.floor(content.length * 0.6);
    this.needles.set(`photograph ${what}`, Buffer.from(content.subarray(at, at + 32)));
  }

  /** What the model is given of a photograph: a row of its middle, where a retina is never plain. */
  pixels(what: string, pixels: Uint8Array): void {
    const at = Math.floor(pixels.length / 2);
    this.needles.set(`pixels ${what}`, Buffer.from(pixels.subarray(at, at + 64)));
  }

  /** Rows of features, tensor by tensor, as float32 lies in memory. */
  features(what: string, tensors: readonly Float32Array[]): void {
    for (const [index, tensor] of tensors.entries()) {
      const bytes = Buffer.from(tensor.buffer, tensor.byteOffset, tensor.byteLength).subarray(0, 64);
      if (bytes.some((byte) => byte !== 0)) this.needles.set(`features ${what} ${index}`, Buffer.from(bytes));
    }
  }

  /** Probabilities as JSON writes them. */
  probabilities(what: string, findings: ExamResult['findings']): void {
    for (const { label, level, head, probability } of findings) {
      const text = String(probability);
      // Fewer digits are found by chance.
      if (text.length >= 12)
        this.needles.set(`probability ${what} ${level} ${head} ${label}`, Buffer.from(text));
    }
  }

  /** Probabilities and features of an exam's result and former results. @returns these results */
  async results(
    { objects, features }: Pick<Home, 'objects' | 'features'>,
    record: ExamRecord,
  ): Promise<readonly ExamResult[]> {
    const results = [record.result, ...(await listFormerResults(objects, record))];
    for (const [index, result] of results.entries()) {
      if (result === null) continue;
      const what = `${record.exam} result ${index}`;
      this.probabilities(what, result.findings);
      if (result.features === null) continue;
      const row = (await features.read(result.features.shard)).exam(result.features.row);
      const { left, right } = row ?? {};
      const tensors = [left?.visual, left?.mapped, right?.visual, right?.mapped, row?.patient];
      this.features(
        what,
        tensors.flatMap((tensor) => tensor ?? []),
      );
    }
    return results.filter((result) => result !== null);
  }
}
