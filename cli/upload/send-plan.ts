import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import pLimit from 'p-limit';
import type { Client, UploadAnswer, UploadIntent } from '../client.ts';
import { NoRoomError } from '../errors.ts';
import { sha256Of } from './finish-plan.ts';
import { readFault } from './look-at-file.ts';
import { examsOf, type PlannedExam } from './plan-upload.ts';
import type { PlannedImage, RefusedItem } from './planned-image.ts';

/** Photographs asked for in one call: a few, so that the first is under way at once. */
const INTENTS_PER_CALL = 50;
const CHANGED = 'it has changed since the upload was planned: run the same command again';

/** A photograph that is stored now. */
export interface StoredImage {
  readonly image: PlannedImage;
  readonly sha256: string;
  /** Where it lies in the store. */
  readonly key: string;
}

export interface SendReport {
  readonly sent: readonly StoredImage[];
  /** The same content was there already, or is sent by another file. */
  readonly skipped: readonly StoredImage[];
  /** Of those skipped, what no exam knew: it is taken in now. */
  readonly announced: number;
  /** Of those sent, what was stored before and could not be read any more. */
  readonly healed: number;
  /** Of those sent, what took the place of a photograph of other bytes. */
  readonly replaced: number;
  readonly refused: readonly RefusedItem[];
  readonly bytesSent: number;
}

export interface SendOptions {
  /** Photographs under way at once; 1 to 64. */
  readonly concurrency: number;
  /** Told after each photograph what is done so far. */
  readonly onProgress?: (report: SendReport) => void;
  /** By what the system tells files apart. Left out, each photograph takes the place that it asks for. */
  readonly sourceOf?: (image: PlannedImage) => string;
  /** The other eye of each exam is still to come: exams wait for it as long as their program says. */
  readonly otherEyeFollows?: boolean;
}

export type Hashed = { readonly image: PlannedImage; readonly sha256: string };

/** Hashes a file that is still what was planned; the reason if it is not. */
async function hash(image: PlannedImage): Promise<Hashed | RefusedItem> {
  const { path, file } = image;
  try {
    const { size, mtimeMs } = await stat(path);
    if (size !== file.bytes || mtimeMs !== file.modified) return { path, reason: CHANGED };
    return { image, sha256: await sha256Of(path) };
  } catch (error) {
    return { path, reason: vanished(error) };
  }
}

function vanished(error: unknown): string {
  const reason = readFault(error);
  return reason === 'there is no such file' ? 'it has vanished since the upload was planned' : reason;
}

/** What the exam's photographs are, as far as they can be sent: a refused partner is not announced. */
export function intentOf(
  { image, sha256 }: Hashed,
  exam: readonly Hashed[],
  { otherEyeFollows = false, sourceOf }: Pick<SendOptions, 'otherEyeFollows' | 'sourceOf'> = {},
): UploadIntent {
  const { file, laterality, field, place } = image;
  const count = (eye: string): number =>
    new Set(exam.filter((each) => each.image.laterality === eye).map((each) => each.image.place)).size;
  const least = otherEyeFollows ? 1 : 0;
  const expected = { left: Math.max(least, count('left')), right: Math.max(least, count('right')) };
  return {
    patient: image.exam.patient,
    exam: image.exam.exam,
    laterality,
    ...(place === '' ? {} : { place }),
    extension: file.extension,
    contentType: file.contentType,
    bytes: file.bytes,
    sha256,
    ...(sourceOf === undefined ? {} : { source: sourceOf(image) }),
    eyes: expected.left > 0 && expected.right > 0 ? 'both' : laterality,
    expected,
    ...(field === null ? {} : { field }),
    ...(file.takenOn === null ? {} : { takenOn: file.takenOn }),
  };
}

/** Files of one place have the same bytes: the first is sent. */
function placeOf({ image: { laterality, place } }: Hashed): string {
  return `${laterality}/${place}`;
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
 * is not sent again, so a second run sends only what is missing. A file that has changed or vanished since the plan is
 * refused, and the rest goes on.
 *
 * @throws NoRoomError if its disk is full: what is under way is ended first, and a second run goes on from there
 * @throws EndpointError if the system stays away; a second run goes on from there
 */
export async function sendPlan(
  images: readonly PlannedImage[],
  clientOf: (program: string) => Client,
  options: SendOptions,
): Promise<SendReport> {
  const sent: StoredImage[] = [];
  const skipped: StoredImage[] = [];
  const refused: RefusedItem[] = [];
  let bytesSent = 0;
  let announced = 0;
  let healed = 0;
  let replaced = 0;
  const limit = pLimit(options.concurrency);
  const full: NoRoomError[] = [];
  const report = (): SendReport => ({ sent, skipped, announced, healed, replaced, refused, bytesSent });
  const progress = () => options.onProgress?.(report());

  async function send(client: Client, { image, sha256 }: Hashed, answer: UploadAnswer): Promise<void> {
    if (answer.action === 'present') {
      if (answer.announced === true) announced += 1;
      if (answer.withdrawn === undefined) skipped.push({ image, sha256, key: answer.key });
      else refused.push({ path: image.path, reason: answer.withdrawn });
      return progress();
    }
    let content: Uint8Array<ArrayBuffer>;
    try {
      content = new Uint8Array(await readFile(image.path));
    } catch (error) {
      refused.push({ path: image.path, reason: vanished(error) });
      return progress();
    }
    if (createHash('sha256').update(content).digest('hex') !== sha256) {
      refused.push({ path: image.path, reason: CHANGED });
      return progress();
    }
    // Where one photograph had no room, those behind it have none either.
    if (full.length > 0) return;
    try {
      await client.put(answer, content);
    } catch (error) {
      if (!(error instanceof NoRoomError)) throw error;
      full.push(error);
      return;
    }
    sent.push({ image, sha256, key: answer.key });
    if (answer.lost === true) healed += 1;
    if (answer.replaces === true) replaced += 1;
    bytesSent += content.length;
    progress();
  }

  async function sendPortion(exams: readonly PlannedExam[]): Promise<void> {
    const hashed = await Promise.all(
      exams.map((exam) => Promise.all(exam.map((image) => limit(() => hash(image))))),
    );
    refused.push(...hashed.flat().filter((item) => 'reason' in item));
    progress();
    const copies: { readonly copy: Hashed; readonly first: Hashed }[] = [];
    const items = hashed.flatMap((exam) => {
      const sound = exam.filter((item) => 'sha256' in item);
      return [...Map.groupBy(sound, placeOf).values()].flatMap(([first, ...others]) => {
        if (first === undefined) return [];
        copies.push(...others.map((copy) => ({ copy, first })));
        return [{ item: first, intent: intentOf(first, sound, options) }];
      });
    });
    for (const [program, same] of Map.groupBy(items, ({ item }) => item.image.exam.program)) {
      const client = clientOf(program);
      const answers = await client.uploads(same.map(({ intent }) => intent));
      await Promise.all(
        same.map(({ item }, index) =>
          limit(async () => {
            const answer = answers[index];
            if (answer !== undefined) await send(client, item, answer);
          }),
        ),
      );
    }
    const stored = new Map([...sent, ...skipped].map((one) => [one.image.path, one.key]));
    for (const { copy, first } of copies) {
      const { path } = copy.image;
      const key = stored.get(first.image.path);
      if (copy.sha256 !== first.sha256) refused.push({ path, reason: CHANGED });
      else if (key !== undefined) skipped.push({ ...copy, key });
      else if (full.length === 0)
        refused.push({ path, reason: `it is a copy of ${first.image.path}, which was not sent` });
    }
    progress();
  }

  // Two portions at a time: while one is being sent, the next is hashed.
  const lane = pLimit(2);
  const lanes = [...portions(examsOf(images))].map((exams) =>
    lane(async () => {
      if (full.length === 0) await sendPortion(exams);
    }),
  );
  await Promise.all(lanes);
  const [noRoom] = full;
  if (noRoom !== undefined) {
    const there = sent.length + skipped.length;
    throw new NoRoomError(`${there} of ${images.length} photographs are stored. ${noRoom.message}`);
  }
  return report();
}
