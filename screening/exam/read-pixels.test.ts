import pLimit from 'p-limit';
import { describe, expect, it } from 'vitest';
import type { ExamImage, RequestedImage } from '../../core/exams/exam-image.ts';
import type { ExamRecord } from '../../core/exams/exam-record.ts';
import type { PreparedFacts } from '../../core/exams/prepared-facts.ts';
import type { Quality } from '../../core/exams/quality.ts';
import type { ScreeningRequest } from '../../core/messages/screening-request.ts';
import { encodePreparedImage } from '../../core/preparation/prepared-image.ts';
import { EXAM, imageVersion, MODEL } from '../../core/testing/records.ts';
import { StageRates } from '../metrics/stage-rates.ts';
import { type ReadRequest, readPixels } from './read-pixels.ts';

const CONTRACT = 'c0ffee';
/** The model of these tests takes squares of 2 × 2 pixels. */
const SIDE = 2;
const PLACE = {
  left: 'prepared/north/P1/2026-05-01/left.jpg/v1/c0ffee.safetensors',
  right: 'prepared/north/P1/2026-05-01/right.jpg/v1/c0ffee.safetensors',
};
const bytes = (from: number, length = SIDE * SIDE * 3) => Uint8Array.from({ length }, (_, at) => from + at);
const LEFT = bytes(0);
const RIGHT = bytes(100);
/** By Python: `hashlib.sha256(bytes(range(12))).hexdigest()`. */
const LEFT_SHA256 = 'fff3a9bcdd37363d703c1c4f9512533686157868f0d4f16a0f02d0f1da24f9a2';
/** Of `bytes(range(100, 112))`. */
const RIGHT_SHA256 = '56bd9580f1ab2a53b77eeaa703b9a35863b638d8c7292eba2ad40b53a90dad42';
/** Of `bytes(range(27))`, a square of 3 × 3. */
const LARGER_SHA256 = 'd78750726155a89c9131d0ecf2704b973b8710865bf9e831845de4f2dcbc19da';

const GRADABLE: Quality = { gradable: true, reason: null, measurements: { sharpness: 3 } };
const DARK: Quality = { gradable: false, reason: 'too-dark', measurements: { brightness: 2 } };

const left: RequestedImage = {
  ...{ ...imageVersion('left', 1), laterality: 'left', field: 'disc', pixelsSha256: LEFT_SHA256 },
};
const right: RequestedImage = {
  ...{ ...imageVersion('right', 1), laterality: 'right', field: null, pixelsSha256: RIGHT_SHA256 },
};

function request(images: readonly RequestedImage[], contract: string | null = CONTRACT): ScreeningRequest {
  const requestedAt = '2026-05-01T12:00:00.000Z';
  const named = { requestId: 'r', exam: EXAM, model: MODEL, requestedAt, contract };
  return { schema: 'screening-request/2', ...named, images: [...images] };
}

/** What preparation stores of an image. */
function prepared(
  image: RequestedImage,
  pixels: Uint8Array | null,
  { pixelsSha256 = image.pixelsSha256, quality = GRADABLE } = {},
): Uint8Array {
  const detected = pixels === null ? null : { left: 0.75, gradable: 0.5, threshold: 0.9 };
  return encodePreparedImage(image, {
    facts: { contract: CONTRACT, pixelsSha256, quality, detected },
    pixels,
  });
}

const SOUND = { [PLACE.left]: prepared(left, LEFT), [PLACE.right]: prepared(right, RIGHT) };

/** An exam's record that knows this of its images. */
function recordOf(facts: readonly (readonly [RequestedImage, PreparedFacts])[]): ExamRecord {
  const images = facts.map(([image, prepared]): ExamImage => ({ ...image, state: 'current', prepared }));
  const none = { result: null, request: null, expected: { left: null, right: null }, revision: 1 };
  const at = '2026-05-01T08:00:00.000Z';
  const times = { pairingDeadline: at, createdAt: at, updatedAt: at };
  return { schema: 'exam/2', ...EXAM, status: 'screening', images, ...none, ...times };
}

/** Reads a request's pixels from a store that holds these files. */
async function read(
  files: Readonly<Record<string, Uint8Array>>,
  asked: ScreeningRequest = request([left, right]),
  record: ExamRecord = recordOf([]),
) {
  const gotten: string[] = [];
  const warnings: string[] = [];
  const counts: [string, number][] = [];
  const store = {
    async get(key: string) {
      gotten.push(key);
      return files[key];
    },
  };
  const log = {
    info: () => undefined,
    warn: (_: string, fields?: Readonly<Record<string, unknown>>) =>
      void warnings.push(JSON.stringify(fields)),
    error: () => undefined,
  };
  const counters = { add: (name: string, count: number) => void counts.push([name, count]) };
  const reading = {
    ...{ store, imageSize: SIDE, rates: new StageRates(), images: pLimit(1), log, counters },
  };
  return { answer: await readPixels(reading, asked, record), gotten, warnings, counts };
}

function missing(answer: ReadRequest) {
  return answer.kind === 'missing' ? answer.images : answer.kind;
}

describe('pixels of a request', () => {
  it('are those that were prepared of its versions under its contract, each with what was found of it', async () => {
    const others = {
      'prepared/north/P1/2026-05-01/left.jpg/v2/c0ffee.safetensors': prepared(left, bytes(50)),
      'prepared/north/P1/2026-05-01/left.jpg/v1/decade.safetensors': prepared(left, bytes(60)),
    };
    const { answer, gotten, counts } = await read({ ...SOUND, ...others });
    const detected = { left: 0.75, gradable: 0.5, threshold: 0.9 };
    const facts = { contract: CONTRACT, quality: GRADABLE, detected };
    expect(answer).toEqual({
      kind: 'read',
      images: [
        {
          ...{ image: imageVersion('left', 1), laterality: 'left', field: 'disc', pixels: LEFT },
          facts: { ...facts, pixelsSha256: LEFT_SHA256 },
        },
        {
          ...{ image: imageVersion('right', 1), laterality: 'right', field: null, pixels: RIGHT },
          facts: { ...facts, pixelsSha256: RIGHT_SHA256 },
        },
      ],
    });
    expect(gotten.toSorted()).toEqual([PLACE.left, PLACE.right]);
    expect(counts).toEqual([]);
  });

  it('of an ungradable image are none, and nothing is missing', async () => {
    const dark = { ...right, pixelsSha256: null };
    const facts = { contract: CONTRACT, pixelsSha256: null, quality: DARK, detected: null };
    const { answer, gotten, counts } = await read(SOUND, request([left, dark]), recordOf([[dark, facts]]));
    expect(answer).toMatchObject({
      kind: 'read',
      images: [{ pixels: LEFT }, { laterality: 'right', pixels: null, facts }],
    });
    expect([gotten, counts]).toEqual([[PLACE.left], []]);
  });

  it('are tried again when the store fails: nothing is said to be missing', async () => {
    const store = { get: () => Promise.reject(new Error('no connection')) };
    const reading = { ...{ store, imageSize: SIDE, rates: new StageRates(), images: pLimit(1) } };
    const reads = readPixels(
      { ...reading, log: {}, counters: {} } as never,
      request([left, right]),
      recordOf([]),
    );
    await expect(reads).rejects.toThrow('no connection');
  });
});

describe('an image without pixels that can be used', () => {
  const cut = (file: Uint8Array) => file.subarray(0, file.length - 1);
  const flipped = (file: Uint8Array) => {
    const other = Uint8Array.from(file);
    other[other.length - 1] = (other.at(-1) ?? 0) ^ 1;
    return other;
  };
  const elsewhere = imageVersion('right', 2).sha256;
  const soundRight = prepared(right, RIGHT);
  it.each<[string, Uint8Array | undefined, RegExp | null]>([
    ['was never prepared, or has expired', undefined, null],
    ['was prepared of another eye', prepared(left, LEFT), /prepared of SHA-256/],
    [
      'was prepared of another photograph',
      prepared({ ...right, sha256: elsewhere }, RIGHT),
      /prepared of SHA-256/,
    ],
    ['has other pixels than its facts name', flipped(soundRight), new RegExp(`instead of ${RIGHT_SHA256}`)],
    [
      'has pixels that are whole, but not those that the request names',
      prepared(right, LEFT, { pixelsSha256: LEFT_SHA256 }),
      new RegExp(`holds pixels ${LEFT_SHA256} where the request names ${RIGHT_SHA256}`),
    ],
    [
      'has none where the request names some',
      prepared({ ...right, pixelsSha256: null }, null, { quality: DARK }),
      /holds pixels null/,
    ],
    ['is cut short', cut(soundRight), /cannot be read/],
    ['is empty', new Uint8Array(), /cannot be read/],
    ['is no such file', Buffer.from('{"metadata":"none"}'), /cannot be read/],
  ])('%s: it alone is missing', async (_, file, reason) => {
    const files = file === undefined ? { [PLACE.left]: SOUND[PLACE.left] as Uint8Array } : SOUND;
    const { answer, warnings, counts } = await read(
      file === undefined ? files : { ...files, [PLACE.right]: file },
    );
    expect(missing(answer)).toEqual([right]);
    expect(counts).toEqual([['PixelsMissing', 1]]);
    expect(warnings).toHaveLength(reason === null ? 0 : 1);
    if (reason !== null) expect(warnings[0]).toMatch(reason);
  });

  it('is missing where its pixels are of another size than the model takes', async () => {
    const larger = { ...right, pixelsSha256: LARGER_SHA256 };
    const files = { ...SOUND, [PLACE.right]: prepared(larger, bytes(0, 27)) };
    const { answer, warnings } = await read(files, request([left, larger]));
    expect(missing(answer)).toEqual([larger]);
    expect(warnings.join()).toContain('holds 27 bytes of pixels; the model takes 2 × 2');
  });

  it('does not keep the others from being looked at: all that are missing are told at once', async () => {
    const second = { ...left, ...imageVersion('left', 3) };
    const { answer, counts } = await read({ [PLACE.right]: soundRight }, request([left, right, second]));
    expect(missing(answer)).toEqual([left, second]);
    expect(counts).toEqual([['PixelsMissing', 2]]);
  });

  it.each<[string, Partial<PreparedFacts> | null]>([
    ['nothing', null],
    ['that it was prepared under another contract', { contract: 'decade' }],
    ['that it has pixels', { pixelsSha256: RIGHT_SHA256, quality: GRADABLE }],
  ])('is missing where it is asked for as ungradable and its exam says by now: %s', async (_, change) => {
    const dark = { ...right, pixelsSha256: null };
    const facts = { contract: CONTRACT, pixelsSha256: null, quality: DARK, detected: null };
    const record = recordOf(change === null ? [] : [[dark, { ...facts, ...change }]]);
    const { answer } = await read(SOUND, request([left, dark]), record);
    expect(missing(answer)).toEqual([dark]);
  });

  it('is each one of a request of a former release, which names no contract', async () => {
    const { answer, gotten } = await read(SOUND, request([left, right], null));
    expect(missing(answer)).toEqual([left, right]);
    expect(gotten).toEqual([]);
  });
});
