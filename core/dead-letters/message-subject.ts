import { z } from 'zod';
import { type ExamKey, examKeySchema, examName } from '../exams/exam-key.ts';
import { identifierSchema } from '../exams/identifier.ts';
import { parseImageKey } from '../keys/image-key.ts';

/** What a queue message is about. */
export interface MessageSubject {
  /** `program/patient/exam`, or the object keys of a notification, or `unknown`. */
  readonly name: string;
  /** `null` where the message does not tell. */
  readonly program: string | null;
}

const aboutExam = z.object({ exam: examKeySchema });
const aboutObjects = z.object({
  Records: z.array(z.object({ s3: z.object({ object: z.object({ key: z.string() }) }) })).min(1),
});

const aboutVersions = z.object({
  Records: z.array(
    z.object({ s3: z.object({ object: z.object({ key: z.string(), versionId: z.string().optional() }) }) }),
  ),
});

const aboutShard = z.object({ program: identifierSchema, job: identifierSchema, shard: z.number() });

const aboutEvent = z.object({ event: z.unknown() });
const aboutJob = z.object({ type: z.literal('JobFinished'), program: identifierSchema, job: z.string() });

const UNKNOWN: MessageSubject = { name: 'unknown', program: null };

/** Stores encode keys in notifications as in a form: `+` is a space. */
function decodeKey(encoded: string): string {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '));
  } catch {
    return encoded;
  }
}

function programOfKey(key: string): string | null {
  try {
    return parseImageKey(key).exam.program;
  } catch {
    return null;
  }
}

/**
 * Tells what a message of any queue is about, as far as it can be told. Never throws: it serves messages that cannot
 * be processed.
 *
 * @example subjectOfMessage('{"exam":{"program":"north","patient":"P1","exam":"1"}}') // { name: 'north/P1/1', program: 'north' }
 */
export function subjectOfMessage(body: string): MessageSubject {
  let content: unknown;
  try {
    content = JSON.parse(body);
  } catch {
    return UNKNOWN;
  }
  return subjectOf(content);
}

function subjectOf(content: unknown): MessageSubject {
  const delivery = aboutEvent.safeParse(content);
  if (delivery.success && delivery.data.event !== undefined) return subjectOf(delivery.data.event);
  const job = aboutJob.safeParse(content);
  if (job.success) return { name: `job ${job.data.program}/${job.data.job}`, program: job.data.program };
  const exam = aboutExam.safeParse(content);
  if (exam.success) return { name: examName(exam.data.exam), program: exam.data.exam.program };
  const shard = aboutShard.safeParse(content);
  if (shard.success) {
    const { program, job, shard: number } = shard.data;
    return { name: `shard ${number} of job ${program}/${job}`, program };
  }
  const objects = aboutObjects.safeParse(content);
  if (!objects.success) return UNKNOWN;
  const keys = objects.data.Records.map(({ s3 }) => decodeKey(s3.object.key));
  const programs = new Set(keys.map(programOfKey));
  const [program = null] = programs;
  return { name: keys.join(', '), program: programs.size === 1 ? program : null };
}

const aboutRequest = z.union([
  z.object({ exam: examKeySchema, requestId: z.string() }),
  z.object({ exam: examKeySchema, output: z.object({ requestId: z.string() }) }),
]);

/** Names one request of an exam: a letter about another one says nothing of it. */
export function requestSubject(exam: ExamKey, requestId: string): string {
  return `${examName(exam)}#${requestId}`;
}

/**
 * Every exam and object that a message of any queue is about. A notification may tell of several objects.
 *
 * @returns requests and results as `requestSubject` names them, what else is about an exam as `program/patient/exam`, and
 * keys of objects
 */
export function subjectsOfMessage(body: string): readonly string[] {
  let content: unknown;
  try {
    content = JSON.parse(body);
  } catch {
    return [];
  }
  const objects = aboutObjects.safeParse(content);
  if (objects.success) return objects.data.Records.map(({ s3 }) => decodeKey(s3.object.key));
  const request = aboutRequest.safeParse(content);
  if (request.success) {
    const { exam } = request.data;
    const requestId = 'requestId' in request.data ? request.data.requestId : request.data.output.requestId;
    return [requestSubject(exam, requestId)];
  }
  const { name } = subjectOf(content);
  return name === UNKNOWN.name ? [] : [name];
}

/** An exam that a message is about, and, of a store's notification, the version that it announces. */
export interface ExamOfMessage {
  readonly exam: ExamKey;
  readonly image: { readonly key: string; readonly versionId: string | undefined } | null;
}

function examsOf(content: unknown): ExamOfMessage[] {
  const delivery = aboutEvent.safeParse(content);
  if (delivery.success && delivery.data.event !== undefined) return examsOf(delivery.data.event);
  const exam = aboutExam.safeParse(content);
  if (exam.success) return [{ exam: exam.data.exam, image: null }];
  const versions = aboutVersions.safeParse(content);
  if (!versions.success) return [];
  return versions.data.Records.flatMap(({ s3: { object } }) => {
    const key = decodeKey(object.key);
    try {
      return [{ exam: parseImageKey(key).exam, image: { key, versionId: object.versionId } }];
    } catch {
      return [];
    }
  });
}

/** Exams that a message of any queue is about, as far as it can be told; none of what it does not tell. Never throws. */
export function examsOfMessage(body: string): readonly ExamOfMessage[] {
  try {
    return examsOf(JSON.parse(body));
  } catch {
    return [];
  }
}
