import pLimit from 'p-limit';
import type { ExamKey } from '../../core/exams/exam-key.ts';
import { ONLY_EXAM } from '../../core/names/explained-folder.ts';
import type { Client } from '../client.ts';
import { sha256Of } from './finish-plan.ts';
import { examsOf, type PlannedExam } from './plan-upload.ts';
import type { Question, UploadPlan } from './planned-image.ts';

const EXAMS_PER_CALL = 100;
const CALLS_AT_ONCE = 4;

/**
 * Finds exams that are stored already with other photographs than the ones to be sent. Where no name tells the visit,
 * last year's photographs and this year's would become one exam.
 *
 * @param known programs that the system knows: in others nothing is stored
 * @param keyOf the exam's key in the system: pseudonymous where patients are
 * @param sentBefore SHA-256 of photographs that are known to belong there: sent from the same folder
 * @returns a question for each such exam
 */
export async function storedExamQuestions(
  plan: UploadPlan,
  known: ReadonlySet<string>,
  clientOf: (program: string) => Client,
  keyOf: (exam: ExamKey) => ExamKey,
  sentBefore: ReadonlySet<string> = new Set(),
): Promise<Question[]> {
  const unnamed = examsOf(plan.images).filter(
    ([first]) => first?.exam.exam === ONLY_EXAM && known.has(first.exam.program),
  );
  const limit = pLimit(CALLS_AT_ONCE);
  const questions: Promise<Question[]>[] = [];
  for (const [program, exams] of Map.groupBy(unnamed, ([first]) => first?.exam.program ?? '')) {
    for (let start = 0; start < exams.length; start += EXAMS_PER_CALL) {
      const part = exams.slice(start, start + EXAMS_PER_CALL);
      questions.push(limit(() => questionsOf(part, clientOf(program), keyOf, sentBefore)));
    }
  }
  return (await Promise.all(questions)).flat();
}

async function questionsOf(
  exams: readonly PlannedExam[],
  client: Client,
  keyOf: (exam: ExamKey) => ExamKey,
  sentBefore: ReadonlySet<string>,
): Promise<Question[]> {
  const keys = exams.flatMap(([first]) => (first === undefined ? [] : [keyOf(first.exam)]));
  const states = await client.lookup(keys.map(({ patient, exam }) => ({ patient, exam })));
  const questions = await Promise.all(
    exams.map(async (exam, index): Promise<Question[]> => {
      const stored = Object.values(states[index]?.contents ?? {}).flat();
      if (stored.length === 0) return [];
      const sent = await Promise.all(exam.map(({ path }) => sha256Of(path).catch(() => null)));
      if (stored.every((hash) => sent.includes(hash) || sentBefore.has(hash))) return [];
      const patient = exam[0]?.exam.patient ?? '';
      const text = `Patient ${patient} has other photographs in exam ${ONLY_EXAM} already, and no name tells the visit. If this is a later visit, name it: --exam 2026-11-20.`;
      return [{ kind: 'exam-exists', text, paths: exam.map(({ path }) => path) }];
    }),
  );
  return questions.flat();
}
