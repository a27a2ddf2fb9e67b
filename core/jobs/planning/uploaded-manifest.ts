import { z } from 'zod';
import { InvalidInputError } from '../../errors.ts';
import { identifierSchema } from '../../exams/identifier.ts';
import type { ObjectStore } from '../../ports/object-store.ts';

/** Read at once; a line must fit. */
const PART_BYTES = 128 * 1_024;

const lineSchema = z.object({ patient: identifierSchema, exam: identifierSchema });
export type ManifestExam = z.infer<typeof lineSchema>;

/** Exams of a part of a manifest, and the byte at which the next part begins; `null` at the end. */
export interface ManifestPage {
  readonly exams: readonly ManifestExam[];
  readonly next: number | null;
}

/**
 * Reads a part of a manifest: JSONL, `{"patient": "P1", "exam": "2026-05-01"}` a line.
 *
 * @throws InvalidInputError naming the byte of a line that cannot be read
 */
export async function manifestPage(store: ObjectStore, key: string, start: number): Promise<ManifestPage> {
  const object = await store.head(key);
  if (object === undefined) {
    throw new InvalidInputError(
      `No manifest is stored under "${key}". Upload it, then create the job again.`,
    );
  }
  if (start >= object.bytes) return { exams: [], next: null };
  const range = { start, end: start + PART_BYTES - 1 };
  const { content } = await store.get(key, { versionId: object.versionId ?? undefined, range });
  const bytes = Buffer.from(content);
  const isLast = start + bytes.length >= object.bytes;
  const end = isLast ? bytes.length : bytes.lastIndexOf('\n') + 1;
  if (end === 0) {
    throw new InvalidInputError(
      `Manifest "${key}" has a line of more than ${PART_BYTES} bytes at byte ${start}. Expected one JSON object a line.`,
    );
  }
  const exams = bytes
    .toString('utf8', 0, end)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => parseLine(key, line));
  return { exams, next: isLast ? null : start + end };
}

function parseLine(key: string, line: string): ManifestExam {
  try {
    return lineSchema.parse(JSON.parse(line));
  } catch {
    throw new InvalidInputError(
      `Manifest "${key}" has the line ${JSON.stringify(line.slice(0, 80))}. Expected {"patient": "…", "exam": "…"}.`,
    );
  }
}
