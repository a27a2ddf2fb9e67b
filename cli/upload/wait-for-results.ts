import { setTimeout as delay } from 'node:timers/promises';
import { type ExamKey, examName } from '../../core/exams/exam-key.ts';
import type { Client, ExamState } from '../client.ts';
import { CliError } from '../errors.ts';
import type { RefusedItem } from './planned-image.ts';
import type { StoredImage } from './send-plan.ts';

const EXAMS_PER_CALL = 100;
const PAUSE_MILLISECONDS = 400;
/** Exams and files named one by one when waiting fails. */
const NAMED = 5;

export interface WaitOptions {
  /** Gives up when no exam has been answered for this long. */
  readonly patienceSeconds: number;
  /** Files of this upload that were not sent: named where waiting fails, since an exam may wait for one of them. */
  readonly refused?: readonly RefusedItem[];
  readonly onProgress?: (answered: number, exams: number) => void;
}

/** An exam and the photographs that its result must be about. */
interface AwaitedExam {
  readonly key: ExamKey;
  readonly images: readonly StoredImage[];
  /** Why it has no result yet, as far as its state tells. */
  readonly why: string;
}

function isAnswered(awaited: AwaitedExam, state: ExamState): boolean {
  const { screenedContents } = state;
  if (state.status !== 'screened' || screenedContents === null) return false;
  return awaited.images.every(({ image, sha256 }) => screenedContents[image.laterality].includes(sha256));
}

function awaitedExams(images: readonly StoredImage[]): AwaitedExam[] {
  return [...Map.groupBy(images, ({ image }) => examName(image.exam)).values()].flatMap((group) =>
    group[0] === undefined ? [] : [{ key: group[0].image.exam, images: group, why: '' }],
  );
}

/** What an exam waits for. */
function waitsFor(state: ExamState | undefined): string {
  if (state === undefined || state.status === 'unknown') return 'its photographs have not been taken in yet';
  const missing = (['left', 'right'] as const).filter((eye) => state.missingEyes[eye] === 'not-received');
  if (state.status === 'registered' && missing.length > 0) {
    return `it waits for its ${missing.join(' and ')} eye, which was announced, until the program's pairing window is over`;
  }
  return state.status === 'registered' ? 'it is not being screened yet' : 'it is being screened';
}

function impatience(
  waiting: readonly AwaitedExam[],
  exams: number,
  options: WaitOptions,
  trouble: readonly string[],
): string {
  const { patienceSeconds, refused = [] } = options;
  const named = waiting.slice(0, NAMED).map(({ key, why }) => `  ${examName(key)}: ${why}`);
  const left = refused.slice(0, NAMED).map(({ path, reason }) => `  not sent: ${path}: ${reason}`);
  const more = (all: number): string[] => (all > NAMED ? [`  … and ${all - NAMED} more`] : []);
  return [
    `No exam was answered for ${patienceSeconds} s; ${waiting.length} of ${exams} still wait:`,
    ...named,
    ...more(waiting.length),
    ...left,
    ...more(refused.length),
    ...trouble,
    "All of them are stored. Look at the worker's log and the dead-letter queues, then run the same command again: what no exam knows is taken in again.",
  ].join('\n');
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
  let lastProgress = performance.now();
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
    if (open.length < waiting.length) lastProgress = performance.now();
    waiting = open;
    options.onProgress?.(all.length - waiting.length, all.length);
    const [next] = waiting;
    if (next === undefined) return;
    if (performance.now() - lastProgress > options.patienceSeconds * 1000) {
      const trouble = await troubleOf(clientOf(next.key.program));
      throw new CliError(impatience(waiting, all.length, options, trouble));
    }
    await delay(PAUSE_MILLISECONDS);
  }
}

/** What the system says that holds it up; nothing if it does not answer now. */
async function troubleOf(client: Client): Promise<readonly string[]> {
  const summary = await client.summary().catch(() => null);
  return summary?.trouble ?? [];
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
      if (state === undefined || !isAnswered(awaited, state)) open.push({ ...awaited, why: waitsFor(state) });
    });
  }
  return open;
}
