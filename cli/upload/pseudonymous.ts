import { createHmac } from 'node:crypto';
import type { ExamKey } from '../../core/exams/exam-key.ts';
import { ONLY_EXAM } from '../../core/names/explained-folder.ts';
import type { UploadPlan } from './planned-image.ts';

const PSEUDONYM_BYTES = 16;
const BITS = 5;
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** RFC 4648 base 32 in lower case without padding: letters and digits alone, the same in every file system. */
function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(new RegExp(`.{1,${BITS}}`, 'g')) ?? [];
  return groups.map((group) => ALPHABET[Number.parseInt(group.padEnd(BITS, '0'), 2)]).join('');
}

function hash(key: Uint8Array, parts: readonly string[]): string {
  const digest = createHmac('sha256', key).update(JSON.stringify(parts)).digest();
  return base32(digest.subarray(0, PSEUDONYM_BYTES));
}

/**
 * The pseudonyms of an exam: HMAC-SHA256 of program and patient, 128 bits of it in base 32. The holder of the key can tell
 * whether a patient is in the system, no one else can tell who a pseudonym is. An exam's name is hashed as well unless
 * it is a date or the only one's: other names are often a hospital's numbers.
 *
 * @example pseudonymsOf(key, { program: 'north', patient: 'Zhang Wei', exam: '2026-05-01' }).patient // 26 characters
 */
export function pseudonymsOf(key: Uint8Array, exam: ExamKey): ExamKey {
  const { program, patient, exam: visit } = exam;
  const isPlain = visit === ONLY_EXAM || DATE.test(visit);
  return {
    program,
    patient: hash(key, ['patient', program, patient]),
    exam: isPlain ? visit : hash(key, ['exam', program, patient, visit]),
  };
}

/** The plan with pseudonyms in place of names. */
export function pseudonymous(plan: UploadPlan, key: Uint8Array): UploadPlan {
  return { ...plan, images: plan.images.map((image) => ({ ...image, exam: pseudonymsOf(key, image.exam) })) };
}
