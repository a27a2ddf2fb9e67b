import { IDLE_TIME } from '../../screening/backlog-scaling.ts';
import type { StackFacts } from '../stack/stack-facts.ts';
import { type CallingPart, callsOf } from './calls.ts';
import type { Workload } from './workload.ts';

/**
 * Processor time that a call takes, in milliseconds of one processor.
 *
 * `prepare` and `screen`: 45 and 22 for each photograph, in full size (docs/preparation.md, docs/default-model.md). The others
 * were measured with the requests, in their own processes: `npm run bench:requests`.
 */
export const PROCESSOR_MILLISECONDS = {
  preparedImage: 45,
  renderedImage: 411,
  screenedImage: 22,
  intakeMessage: 18,
  aggregateMessage: 14,
  'index-examMessage': 13,
  webhooksMessage: 1,
  apiCall: 50,
} as const;

/**
 * How long a call waits for answers, in milliseconds: the requests that one message makes one after another. Assumed, since
 * no account was at hand: 25 for a read and 45 for a write of S3, 6 of DynamoDB, 15 of SQS and EventBridge.
 */
export const WAITED_MILLISECONDS = {
  prepare: 25 + 45 + 25 + 15,
  intake: 6 + 25 + 45 + 45 + 6 + 6 + 15 + 15,
  aggregate: 25 + 6 + 6 + 15 + 15,
  'index-exam': 6 + 25 + 6 + 45,
  webhooks: 5,
  screen: 6 + 25 + 45 + 15,
  api: 6 + 25,
} as const;

/** Lambda gives a function one processor for each so many MB. @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const MEGABYTES_PER_PROCESSOR = 1_769;

/** Exams a second that a GPU worker screens. Assumed: it is what `backlogPerWorker` takes it to be. */
export const GPU_EXAMS_PER_SECOND = 10;

/** An instance starts, fetches the image and loads the model: docs/scale.md. And it is let go a quarter of an hour late. */
const STARTING_MINUTES = 5;
const LINGERING_MINUTES = 15;

/** From its start to its end a GPU worker does nothing for so long: it starts, waits until nothing comes, and is let go. */
export const GPU_IDLE_SECONDS_PER_WAKE = (STARTING_MINUTES + IDLE_TIME.toMinutes() + LINGERING_MINUTES) * 60;

interface Call {
  readonly processor: number;
  readonly waited: number;
}

function callOf(part: CallingPart | 'screen', messages: number, work: Workload): Call {
  const cpu = PROCESSOR_MILLISECONDS;
  const waited = WAITED_MILLISECONDS[part];
  switch (part) {
    case 'prepare': {
      const rendered = work.readShare / (1 + work.readShare);
      const each = cpu.preparedImage * (1 - rendered) + cpu.renderedImage * rendered;
      return { processor: messages * each, waited };
    }
    case 'screen':
      return { processor: messages * work.imagesPerExam * cpu.screenedImage, waited };
    default:
      return { processor: messages * cpu[`${part}Message`], waited };
  }
}

/** How long a call with so many messages takes, in seconds. @param memory of its function, in GB */
export function callSeconds(
  part: CallingPart | 'screen',
  memory: number,
  messages: number,
  work: Workload,
): number {
  const processors = (memory * 1_024) / MEGABYTES_PER_PROCESSOR;
  // One JavaScript thread cannot use more than one processor; decoding and inference can.
  const usable = part === 'prepare' || part === 'screen' ? processors : Math.min(1, processors);
  const { processor, waited } = callOf(part, messages, work);
  return (processor / usable + waited) / 1_000;
}

/** GB-seconds of a part's calls for an exam. */
export function gigabyteSecondsOf(
  part: CallingPart | 'screen' | 'api',
  memory: number,
  work: Workload,
): number {
  if (part === 'api') {
    const processors = (memory * 1_024) / MEGABYTES_PER_PROCESSOR;
    const seconds = (PROCESSOR_MILLISECONDS.apiCall / processors + WAITED_MILLISECONDS.api) / 1_000;
    return memory * seconds * work.apiCallsPerExam;
  }
  const calls = part === 'screen' ? 1 / work.fill.screen : callsOf(part, work);
  return memory * calls * callSeconds(part, memory, work.fill[part], work);
}

/** Memory of the function that screens: of the stack's, where it has one; else as much as preparation has. */
export function laneMemory({ functions }: StackFacts): number {
  return (functions['screen-exam'] ?? functions.screen ?? functions.prepare)?.memory ?? 0;
}

/** Hours of GPU instances in a year. */
export function gpuHoursOf(work: Workload, facts: StackFacts): number {
  const working = work.examsPerYear / GPU_EXAMS_PER_SECOND;
  const examsPerDay = work.fieldDays === 0 ? 0 : work.examsPerYear / work.fieldDays;
  // A field day of eight hours, and as many workers as keep up with it.
  const workers = Math.min(
    facts.gpuWorkers,
    Math.max(1, Math.ceil(examsPerDay / GPU_EXAMS_PER_SECOND / 28_800)),
  );
  return (working + work.fieldDays * workers * GPU_IDLE_SECONDS_PER_WAKE) / 3_600;
}
