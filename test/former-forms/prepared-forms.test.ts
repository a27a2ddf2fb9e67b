import { createHash } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MEMORY_FILE, SentMemory } from '../../cli/upload/sent-memory.ts';
import { activeModelSchema } from '../../core/activation/active-model.ts';
import { ImageAttempts, imageAttemptsKey } from '../../core/attempts/image-attempts.ts';
import { examsOfMessage } from '../../core/dead-letters/message-subject.ts';
import { examRecordSchema } from '../../core/exams/exam-record.ts';
import { unpreparedImages } from '../../core/exams/unprepared-images.ts';
import { jobRecordSchema } from '../../core/jobs/job-record.ts';
import { readQueueMessage } from '../../core/messages/queue-message.ts';
import { screeningRequestOf } from '../../core/messages/screening-request.ts';
import { decodePreparedImage } from '../../core/preparation/prepared-image.ts';
import { readRendition } from '../../core/preparation/rendition.ts';
import { FormerRelease } from './former-release.ts';

const release = new FormerRelease('after-0.1.0');
const EXAM = { program: 'north', patient: 'P1', exam: '2026-05-01' };
const CONTRACT = '38f9f35b2c245c0ab09da96e33eb2317';
const sha256 = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex');
/** The pixels that were prepared of this text are the first twelve bytes of its hash. */
const PIXELS = createHash('sha256').update('a left eye').digest().subarray(0, 12);
const LEFT = {
  ...{ key: 'images/north/P1/2026-05-01/left.jpg', versionId: 'f5d5450d23eb016424fff06dad532a83' },
  sha256: sha256('a left eye'),
};
const RIGHT = {
  ...{ key: 'images/north/P1/2026-05-01/right.jpg', versionId: '545efcff8be862efaa16bae10d0130d9' },
  sha256: sha256('too-dark: the right eye'),
};
const GRADABLE = {
  ...{ contract: CONTRACT, pixelsSha256: sha256(PIXELS), detected: null },
  quality: { gradable: true, reason: null, measurements: { sharpness: 24 } },
};
const DARK = {
  ...{ contract: CONTRACT, pixelsSha256: null, detected: null },
  quality: { gradable: false, reason: 'too-dark', measurements: { sharpness: 20 } },
};

const message = async (form: string) => readQueueMessage(await release.text(form));

describe('what preparation said and stored first', () => {
  it('told of an image that gives pixels, and of one that gives none', async () => {
    const { key, versionId } = LEFT;
    expect(await message('image-prepared-1.json')).toEqual({
      schema: 'image-prepared/1',
      image: { key, versionId, sequencer: '0000000000000002' },
      ...{ sha256: LEFT.sha256, prepared: GRADABLE },
    });
    expect(await message('image-prepared-1.ungradable.json')).toMatchObject({
      image: { key: RIGHT.key, versionId: RIGHT.versionId },
      ...{ sha256: RIGHT.sha256, prepared: DARK },
    });
  });

  it('is a file of pixels with what was found in its header', async () => {
    const file = await readFile(release.path('prepared-image-1.safetensors'));
    expect(decodePreparedImage(file, LEFT, 'prepared-image-1.safetensors')).toEqual({
      facts: GRADABLE,
      pixels: new Uint8Array(PIXELS),
    });
  });

  it('told who listens whether the photograph is fit', async () => {
    expect(await message('event.ImagePrepared.json')).toMatchObject({
      schema: 'domain-event',
      event: { type: 'ImagePrepared', exam: EXAM, laterality: 'left', gradable: true, reason: null },
    });
  });
});

describe('an exam whose images were prepared', () => {
  it('knows what was found of them, and asks the worker by the same request as then', async () => {
    const record = examRecordSchema.parse(await release.json('exam-2.prepared.json'));
    expect(record.images).toMatchObject([
      { ...LEFT, laterality: 'left', prepared: GRADABLE },
      { ...RIGHT, laterality: 'right', prepared: DARK },
    ]);
    const request = await message('screening-request-2.json');
    expect(screeningRequestOf(record)).toEqual(request);
    expect(request).toMatchObject({
      ...{ requestId: '4218566e3d508e0035a3fdefc63df913', contract: CONTRACT },
      images: [
        { ...LEFT, laterality: 'left', pixelsSha256: sha256(PIXELS) },
        { ...RIGHT, laterality: 'right', pixelsSha256: null },
      ],
    });
  });

  it('whose pixels were missing waits for them, and knows how often', async () => {
    const record = examRecordSchema.parse(await release.json('exam-2.missed.json'));
    expect(unpreparedImages(record)).toMatchObject([{ ...LEFT, missed: 1 }]);
    expect(screeningRequestOf(record)).toBeNull();
  });

  it('was asked for again: by the worker of intake, by intake of preparation', async () => {
    const { key, versionId } = LEFT;
    const check = await message('exam-check-1.pixels-missing.json');
    expect(check).toMatchObject({ reason: 'pixels-missing', exam: EXAM, images: [{ key, versionId }] });
    expect(await message('prepare-image-1.json')).toEqual({
      schema: 'prepare-image/1',
      image: { key, versionId, sequencer: '' },
      sha256: LEFT.sha256,
    });
  });

  it.each([
    'image-prepared-1.json',
    'prepare-image-1.json',
    'render-image-1.json',
    'exam-check-1.pixels-missing.json',
    'screening-request-2.json',
  ])('is told by each message about it, also among the dead letters: %s', async (form) => {
    expect(examsOfMessage(await release.text(form)).map(({ exam }) => exam)).toEqual([EXAM]);
  });
});

it('what befell a photograph was first noted beside its pixels, and still counts', async () => {
  const { key, versionId } = LEFT;
  const body = await release.text('prepare-image-1.json');
  expect(imageAttemptsKey(body)).toBe(`prepared/north/P1/2026-05-01/left.jpg/${versionId}/attempts-1.json`);
  const file = await readFile(release.path('image-attempts-1.json'));
  const get = async (place: string) => (place === imageAttemptsKey(body) ? file : undefined);
  const store = { get, put: async () => undefined, removeAll: async () => 0 };
  const find = (receiveCount: number, redrives: string) =>
    new ImageAttempts(store).find({ id: 'm-1', body, attributes: { redrives }, receiveCount });
  expect(await find(5, '1')).toEqual({ crashes: 2, isSuspect: true });
  // What was sent again since counts from zero.
  expect(await find(1, '2')).toEqual({ crashes: 0, isSuspect: false });
  expect(JSON.parse(body).image.key).toBe(key);
});

describe('what was first made for readers', () => {
  it('is asked for by a message, and known by what lies beside the pictures', async () => {
    const { key, versionId } = LEFT;
    expect(await message('render-image-1.json')).toEqual({
      ...{ schema: 'render-image/1', image: { key, versionId }, sha256: LEFT.sha256 },
    });
    const rendition = async (form: string) => readRendition(await readFile(release.path(form)), LEFT);
    expect(await rendition('rendition-1.json')).toMatchObject({
      rendered: { burntIn: { outside: 'blackened', flags: ['text-in-field'] } },
      refused: null,
    });
    expect((await rendition('rendition-1.refused.json'))?.refused).toBe('truncated-file');
    expect(readRendition(await readFile(release.path('rendition-1.json')), RIGHT)).toBeUndefined();
  });
});

it('what a watch of a folder first noted keeps it from sending the file again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'watched-'));
  await copyFile(release.path('sent-1.jsonl'), join(folder, MEMORY_FILE));
  const memory = await SentMemory.open(folder, 'camera');
  const file = { path: join(folder, 'P21_left.jpg'), bytes: 52259, modified: 1795766442362.93 };
  expect(memory.has(file)).toBe(true);
  expect(memory.has({ ...file, bytes: 5 })).toBe(false);
  expect((await SentMemory.open(folder, 'north')).has(file)).toBe(false);
  await rm(folder, { recursive: true });
});

describe('what images are prepared for', () => {
  it('is said by the active model, and by a job that screens', async () => {
    const active = activeModelSchema.parse(await release.json('active-model-1.input.json'));
    expect(active.input).toEqual({ imageSize: 224, detector: null });
    const job = jobRecordSchema.parse(await release.json('job-1.contract.json'));
    expect(job).toMatchObject({ mode: 'screen', contract: CONTRACT });
  });
});
