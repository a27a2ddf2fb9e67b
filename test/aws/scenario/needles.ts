import type { ExamRecord } from '../../../core/exams/exam-record.ts';
import { listFormerResults } from '../../../core/records/former-results.ts';
import { PROGRAM, type Stage } from './stage.ts';

/** Bytes that tell of a patient, by what they are. */
export type Needles = ReadonlyMap<string, Buffer>;

/** Bytes of a float32 row: long enough to be found by chance in no other. */
const ROW_BYTES = 64;

async function addExam({ stores }: Stage, needles: Map<string, Buffer>, record: ExamRecord): Promise<void> {
  for (const { key, versionId, laterality } of record.images) {
    const { content } = await stores.objects.get(key, versionId === null ? {} : { versionId });
    const at = Math.floor(content.length * 0.6);
    needles.set(`${laterality} photograph`, Buffer.from(content.subarray(at, at + 32)));
  }
  const results = [record.result, ...(await listFormerResults(stores.objects, record))];
  for (const [index, result] of results.entries()) {
    // Fewer digits are found by chance.
    for (const { level, head, label, probability } of result?.findings ?? [])
      if (String(probability).length >= 12)
        needles.set(`${level} ${head} ${label} of result ${index}`, Buffer.from(String(probability)));
    if (result?.features == null) continue;
    const { shard, row } = result.features;
    const features = (await stores.features.read(shard)).exam(row);
    const tensors = [features?.left?.visual, features?.right?.visual, features?.patient];
    for (const [of, tensor] of tensors.entries())
      if (tensor != null)
        needles.set(
          `features ${of} of result ${index}`,
          Buffer.from(tensor.buffer, tensor.byteOffset, tensor.byteLength).subarray(0, ROW_BYTES),
        );
  }
}

/** What of a patient is in the account: its pseudonym as keys and JSON write it, its photographs, features and findings. */
export async function needlesOf(stage: Stage, patient: string): Promise<Needles> {
  const needles = new Map([['pseudonym', Buffer.from(patient)]]);
  const { items } = await stage.stores.exams.listByPatient(PROGRAM, patient, { limit: 100 });
  for (const record of items) await addExam(stage, needles, record);
  return needles;
}
