import { setTimeout as delay } from 'node:timers/promises';
import { type ExamKey, examName } from '../../core/exams/exam-key.ts';
import type { Client, ExamState } from '../client.ts';
import { CliError } from '../errors.ts';
import type { StoredImage } from './send-plan.ts';

const EXAMS_PER_CALL = 100;
const PAUSE_MILLISECONDS = 400;

export interface WaitOptions {
  /** Gives up when no exam has been answered for this long. */
  readonly patienceSeconds: number;
  readonly onProgress?: (answered: number, exams: number) => void;
}

/** An exam and the photographs that its result must be about. */
interface AwaitedExam {
  readonly key: ExamKey;
  readonly images: readonly StoredImage[];
}

function isAnswered(awaited: AwaitedExam, state: ExamState): boolean {
  const { screened } = state;
  if (state.status !== 'screened' || screened === null) return false;
  return awaited.images.every(({ image, sha256 }) => screened[image.laterality] === sha256);
}

function awaitedExams(images: readonly StoredImage[]): AwaitedExam[] {
  return [...Map.groupBy(images, ({ image }) => examName(image.exam)).values()].flatMap((group) =>
    group[0] === undefined ? [] : [{ key: group[0].image.exam, images: group }],
  );
}

/**
 * Waits until every exam of an upload has its result, about just the photographs sent.
 *
 * @throws CliError naming an exam that waits when there has been no progress for too long
 */
export async function waitForResults(
  images: readonly StoredImage[],
  clientOf: (program: string) => Client,
  options: WaitOptions,
): Promise<void> {
  const all = awaitedExams(images);
  let waiting = all;
  let lastProgress = Date.now();
  for (;;) {
    const open: AwaitedExam[] = [];
    // Answers come in the order of sending, more or less: once a whole call's exams wait, the later ones will too.
    for (let start = 0; start < waiting.length; start += EXAMS_PER_CALL) {
      const part = waiting.slice(start, start + EXAMS_PER_CALL);
      const still = await stillOpen(part, clientOf);
      open.push(...still);
      if (still.length === part.length) {
        open.push(...waiting.slice(start + EXAMS_PER_CALL));
        break;
      }
    }
    if (open.length < waiting.length) lastProgress = Date.now();
    waiting = open;
    options.onProgress?.(all.length - waiting.length, all.length);
    const [next] = waiting;
    if (next === undefined) return;
    if (Date.now() - lastProgress > options.patienceSeconds * 1000) {
      throw new CliError(
        `No exam was answered for ${options.patienceSeconds} s; ${waiting.length} of ${all.length} still wait, among them ${examName(next.key)}. Nothing is lost: look at the worker's log and the dead-letter queues, then run the same command again.`,
      );
    }
    await delay(PAUSE_MILLISECONDS);
  }
}

async function stillOpen(
  part: readonly AwaitedExam[],
  clientOf: (program: string) => Client,
): Promise<AwaitedExam[]> {
  const open: AwaitedExam[] = [];
  for (const [program, exams] of Map.groupBy(part, (awaited) => awaited.key.program)) {
    const states = await clientOf(program).lookup(
      exams.map(({ key }) => ({ patient: key.patient, exam: key.exam })),
    );
    exams.forEach((awaited, index) => {
      const state = states[index];
      if (state === undefined || !isAnswered(awaited, state)) open.push(awaited);
    });
  }
  return open;
}
