import { z } from 'zod';
import { type ExamKey, examKeySchema, examName } from '../exams/exam-key.ts';
import { identifierSchema } from '../exams/identifier.ts';
import { parseImageKey } from '../keys/image-key.ts';
import { objectsOf } from '../messages/object-created.ts';
import { type MessageSchema, schemaOf } from '../messages/queue-message.ts';

/** What a queue message is about. */
export interface MessageSubject {
  /** `program/patient/exam`, or the object keys of a notification, or `unknown`. */
  readonly name: string;
  /** `null` where the message does not tell. */
  readonly program: string | null;
}

/** An exam that a message is about, and, of a store's notification, the version that it announces. */
export interface ExamOfMessage {
  readonly exam: ExamKey;
  readonly image: { readonly key: string; readonly versionId: string | undefined } | null;
}

/** All that a message tells of its subject. */
interface Told extends MessageSubject {
  readonly subjects: readonly string[];
  readonly exams: readonly ExamOfMessage[];
}

const NOTHING: Told = { name: 'unknown', program: null, subjects: [], exams: [] };

const examMessageSchema = z.object({
  exam: examKeySchema,
  requestId: z.string().optional().catch(undefined),
  output: z.object({ requestId: z.string() }).optional().catch(undefined),
});
const imageSchema = z.object({
  image: z.object({ key: z.string(), versionId: z.string().nullable().catch(null) }),
});
const shardSchema = z.object({ program: identifierSchema, job: identifierSchema, shard: z.number() });
const jobSchema = z.object({ type: z.literal('JobFinished'), program: identifierSchema, job: z.string() });
const preparedJobSchema = z.object({ program: identifierSchema, job: identifierSchema });
const scheduleSchema = z.object({ program: identifierSchema, schedule: identifierSchema });
const endedJobSchema = z.object({ detail: z.object({ parameters: z.unknown() }) });
const deliverySchema = z.object({ event: z.unknown() });

/** Names one request of an exam: a letter about another one says nothing of it. */
export function requestSubject(exam: ExamKey, requestId: string): string {
  return `${examName(exam)}#${requestId}`;
}

function toldOfExam(content: unknown): Told {
  const { data } = examMessageSchema.safeParse(content);
  if (data === undefined) return NOTHING;
  const { exam, requestId = data.output?.requestId } = data;
  const name = examName(exam);
  const subject = requestId === undefined ? name : requestSubject(exam, requestId);
  return { name, program: exam.program, subjects: [subject], exams: [{ exam, image: null }] };
}

function toldOfShard(content: unknown): Told {
  const { data } = shardSchema.safeParse(content);
  if (data === undefined) return NOTHING;
  const { program, job, shard } = data;
  const name = `shard ${shard} of job ${program}/${job}`;
  return { ...NOTHING, name, program, subjects: [name] };
}

function toldOfJob(content: unknown): Told {
  const { data } = preparedJobSchema.safeParse(content);
  if (data === undefined) return NOTHING;
  const name = `job ${data.program}/${data.job}`;
  return { ...NOTHING, name, program: data.program, subjects: [name] };
}

function toldOfSchedule(content: unknown): Told {
  const { data } = scheduleSchema.safeParse(content);
  if (data === undefined) return NOTHING;
  const name = `schedule ${data.program}/${data.schedule}`;
  return { ...NOTHING, name, program: data.program, subjects: [name] };
}

function toldOfBatchJob(content: unknown): Told {
  return toldOfJob(endedJobSchema.safeParse(content).data?.detail.parameters);
}

function toldOfEvent(content: unknown): Told {
  const { data } = jobSchema.safeParse(content);
  if (data === undefined) return toldOfExam(content);
  const name = `job ${data.program}/${data.job}`;
  return { ...NOTHING, name, program: data.program, subjects: [name] };
}

function toldOfDelivery(content: unknown): Told {
  return toldOfEvent(deliverySchema.safeParse(content).data?.event);
}

function examOfKey(key: string): ExamKey | null {
  try {
    return parseImageKey(key).exam;
  } catch {
    return null;
  }
}

/** Records of jobs and schedules are announced as photographs are. */
const KEY_OF_JOB = /^job-(?:records|schedules)\/([^/]+)\//;

function programOfJobKey(key: string): string | null {
  return KEY_OF_JOB.exec(key)?.[1] ?? null;
}

function toldOfObjects(content: unknown): Told {
  const objects = objectsOf(content).map((image) => {
    const exam = examOfKey(image.key);
    return { image, exam, program: exam?.program ?? programOfJobKey(image.key) };
  });
  if (objects.length === 0) return NOTHING;
  const keys = objects.map(({ image }) => image.key);
  const programs = new Set(objects.map(({ program }) => program));
  const [program = null] = programs;
  const exams = objects.flatMap(({ image, exam }) => (exam === null ? [] : [{ exam, image }]));
  return { name: keys.join(', '), program: programs.size === 1 ? program : null, subjects: keys, exams };
}

function toldOfImage(content: unknown): Told {
  const { data } = imageSchema.safeParse(content);
  if (data === undefined) return NOTHING;
  const { key, versionId } = data.image;
  const exam = examOfKey(key);
  if (exam === null) return { ...NOTHING, name: key, subjects: [key] };
  const image = { key, versionId: versionId ?? undefined };
  return { name: key, program: exam.program, subjects: [key], exams: [{ exam, image }] };
}

/** How each message tells what it is about. It serves messages that fit no form any more, so it asks for little. */
const TOLD: Readonly<Record<MessageSchema, (content: unknown) => Told>> = {
  'object-created': toldOfObjects,
  'screening-request/1': toldOfExam,
  'screening-request/2': toldOfExam,
  'screening-result/1': toldOfExam,
  'screening-result/2': toldOfExam,
  'exam-check/1': toldOfExam,
  'image-prepared/1': toldOfImage,
  'prepare-image/1': toldOfImage,
  'render-image/1': toldOfImage,
  'shard-rescored/1': toldOfShard,
  'domain-event': toldOfEvent,
  'webhook-delivery/1': toldOfDelivery,
  'job-preparation/1': toldOfJob,
  'schedule-due/1': toldOfSchedule,
  'batch-job-ended': toldOfBatchJob,
};

function toldBy(body: string): Told {
  let content: unknown;
  try {
    content = JSON.parse(body);
  } catch {
    return NOTHING;
  }
  const schema = schemaOf(content);
  // A newer release may have sent it.
  return schema === undefined ? toldOfExam(content) : TOLD[schema](content);
}

/**
 * Tells what a message of any queue is about, as far as it can be told. Never throws: it serves messages that cannot
 * be processed.
 *
 * @example subjectOfMessage('{"exam":{"program":"north","patient":"P1","exam":"1"}}') // { name: 'north/P1/1', program: 'north' }
 */
export function subjectOfMessage(body: string): MessageSubject {
  const { name, program } = toldBy(body);
  return { name, program };
}

/**
 * Every exam and object that a message of any queue is about. A notification may tell of several objects.
 *
 * @returns requests and results as `requestSubject` names them, what else is about an exam as `program/patient/exam`, and
 * keys of objects
 */
export function subjectsOfMessage(body: string): readonly string[] {
  return toldBy(body).subjects;
}

/** Exams that a message of any queue is about, as far as it can be told; none of what it does not tell. Never throws. */
export function examsOfMessage(body: string): readonly ExamOfMessage[] {
  return toldBy(body).exams;
}
