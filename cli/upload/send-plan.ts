import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import pLimit from 'p-limit';
import { LARGEST_IMAGE_BYTES } from '../../functions/api/schemas.ts';
import type { Client, UploadAnswer, UploadIntent } from '../client.ts';
import { examsOf, type PlannedExam } from './check-plan.ts';
import {
  CONTENT_TYPES,
  extensionOf,
  type PlannedImage,
  type RefusedItem,
  type UploadPlan,
} from './planned-image.ts';

/** Photographs asked for in one call: a few, so that the first is under way at once. */
const INTENTS_PER_CALL = 50;

/** A photograph that is stored now. */
export interface StoredImage {
  readonly image: PlannedImage;
  readonly sha256: string;
}

export interface SendReport {
  readonly sent: readonly StoredImage[];
  /** The same content was there already. */
  readonly skipped: readonly StoredImage[];
  readonly refused: readonly RefusedItem[];
  readonly bytesSent: number;
}

export interface SendOptions {
  /** Photographs under way at once; 1 to 64. */
  readonly concurrency: number;
  /** Told after each photograph. */
  readonly onProgress?: (done: number, bytesSent: number) => void;
}

type Hashed = { readonly image: PlannedImage; readonly intent: UploadIntent };

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

/** Reads what the store must know of a file; the reason if it cannot be sent. */
async function describe(image: PlannedImage, eyes: UploadIntent['eyes']): Promise<Hashed | RefusedItem> {
  const refuse = (reason: string): RefusedItem => ({ item: image.path, reason });
  try {
    const { size } = await stat(image.path);
    if (size === 0) return refuse('the file is empty: copy it from the camera again');
    if (size > LARGEST_IMAGE_BYTES) return refuse(`the file is larger than ${LARGEST_IMAGE_BYTES >> 20} MiB`);
    const { patient, exam } = image.exam;
    const extension = extensionOf(image.path);
    const intent: UploadIntent = {
      patient,
      exam,
      laterality: image.laterality,
      extension: /^[a-z0-9]{1,8}$/.test(extension) ? extension : '',
      contentType: CONTENT_TYPES.get(extension) ?? 'application/octet-stream',
      bytes: size,
      sha256: await sha256Of(image.path),
      eyes,
    };
    return { image, intent };
  } catch (error) {
    return refuse(`the file cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}

function eyesOf(exam: PlannedExam): UploadIntent['eyes'] {
  const [first] = exam;
  return exam.length === 1 && first !== undefined ? first.laterality : 'both';
}

/** Whole exams, about {@link INTENTS_PER_CALL} photographs at a time. */
function* portions(exams: readonly PlannedExam[]): Generator<PlannedExam[]> {
  let portion: PlannedExam[] = [];
  let images = 0;
  for (const exam of exams) {
    portion.push(exam);
    images += exam.length;
    if (images >= INTENTS_PER_CALL) {
      yield portion;
      portion = [];
      images = 0;
    }
  }
  if (portion.length > 0) yield portion;
}

/**
 * Sends a plan's photographs: several at once, each with its SHA-256, which the store verifies. What is there already
 * is not sent again, so a second run sends only what is missing.
 *
 * @throws EndpointError if the system stays away; a second run goes on from there
 */
export async function sendPlan(
  plan: UploadPlan,
  clientOf: (program: string) => Client,
  options: SendOptions,
): Promise<SendReport> {
  const sent: StoredImage[] = [];
  const skipped: StoredImage[] = [];
  const refused: RefusedItem[] = [];
  let bytesSent = 0;
  const limit = pLimit(options.concurrency);
  const report = () => options.onProgress?.(sent.length + skipped.length + refused.length, bytesSent);

  async function send(client: Client, { image, intent }: Hashed, answer: UploadAnswer): Promise<void> {
    const stored = { image, sha256: intent.sha256 };
    if (answer.action === 'present') {
      skipped.push(stored);
    } else {
      await client.put(answer, new Uint8Array(await readFile(image.path)));
      sent.push(stored);
      bytesSent += intent.bytes;
    }
    report();
  }

  async function sendPortion(exams: readonly PlannedExam[]): Promise<void> {
    const described = await Promise.all(
      exams.flatMap((exam) => exam.map((image) => limit(() => describe(image, eyesOf(exam))))),
    );
    refused.push(...described.filter((item) => 'reason' in item));
    report();
    const hashed = described.filter((item) => 'intent' in item);
    for (const [program, items] of Map.groupBy(hashed, ({ image }) => image.exam.program)) {
      const client = clientOf(program);
      const answers = await client.uploads(items.map(({ intent }) => intent));
      await Promise.all(
        items.map((item, index) =>
          limit(async () => {
            const answer = answers[index];
            if (answer !== undefined) await send(client, item, answer);
          }),
        ),
      );
    }
  }

  // Two portions at a time: while one is being sent, the next is hashed.
  const lane = pLimit(2);
  await Promise.all([...portions(examsOf(plan))].map((exams) => lane(() => sendPortion(exams))));
  return { sent, skipped, refused, bytesSent };
}
