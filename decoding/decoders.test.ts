import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import sharp, { type Sharp } from 'sharp';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { jpegBomb, webpBomb } from '../phantoms/hostile/index.ts';
import { checkFile } from './check-file.ts';
import { Decoders, type DecodersOptions } from './decoders.ts';
import { DecodersClosedError, DecodingError, type ImageError } from './errors.ts';
import { squashImage } from './pixels/squash.ts';
import { ACCIDENTS, deathNote } from './testing/accidents.ts';

const WITH_ACCIDENTS = new URL('./testing/accidents.ts', import.meta.url);
const WIDTH = 240;
const HEIGHT = 180;
/** Red to the right, green downwards: a part in the wrong place shows. */
const PIXELS = Buffer.alloc(WIDTH * HEIGHT * 3);
for (let y = 0; y < HEIGHT; y += 1) {
  for (let x = 0; x < WIDTH; x += 1) PIXELS.set([x, y, (x * y) % 251], (y * WIDTH + x) * 3);
}
const scene = (): Sharp => sharp(PIXELS, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
let good: Buffer;
const open: Decoders[] = [];

function decodersOf(options: Partial<DecodersOptions> = {}): Decoders {
  const decoders = new Decoders({ processes: 1, ...options });
  open.push(decoders);
  return decoders;
}

const refusal = (decoding: Promise<unknown>) =>
  decoding.then(
    () => Promise.reject(new Error('Expected a refusal.')),
    (error: ImageError) => ({ name: error.name, reason: error.reason, measured: error.measured }),
  );

beforeAll(async () => {
  good = await scene().jpeg().toBuffer();
});
afterEach(async () => {
  for (const decoders of open.splice(0)) await decoders.close();
});

describe('what decoders give', () => {
  it.each<[string, () => Sharp]>([
    ['a JPEG', () => scene().jpeg()],
    ['a progressive CMYK JPEG', () => scene().toColourspace('cmyk').jpeg({ progressive: true })],
    ['a JPEG turned by Exif', () => scene().withMetadata({ orientation: 6 }).jpeg()],
    ['a 16-bit PNG', () => scene().toColourspace('rgb16').png()],
    ['a WebP with alpha', () => scene().ensureAlpha(0.5).webp()],
    ['a TIFF', () => scene().tiff({ compression: 'lzw' })],
  ])('is to the bit what this process would give, in the order asked for: %s', async (_, encode) => {
    const file = await encode().toBuffer();
    const { squares, width, height, finished } = await decodersOf().decode(file, {
      contract: 'squash-bicubic-v1',
      sides: [64, 224],
    });
    const here = await squashImage(file, [64, 224]);
    expect(squares.map((square) => Buffer.from(square).toString('base64'))).toEqual(
      here.map(({ pixels }) => Buffer.from(pixels).toString('base64')),
    );
    expect([width, height, finished]).toEqual([here[0]?.width, here[0]?.height, null]);
  });

  it('is each file’s own, however many are decoded at once', async () => {
    const decoders = decodersOf({ processes: 2 });
    const colours = Array.from({ length: 24 }, (_, index) => ({ r: index * 10, g: 255 - index * 10, b: 7 }));
    const files = await Promise.all(
      colours.map((background) =>
        sharp({ create: { width: 300, height: 200, channels: 3, background } })
          .png()
          .toBuffer(),
      ),
    );
    const decoded = await Promise.all(
      files.map((file) => decoders.decode(file, { contract: 'squash-bicubic-v1', sides: [8] })),
    );
    expect(decoded.map(({ squares }) => [...(squares[0] ?? new Uint8Array()).subarray(0, 3)])).toEqual(
      colours.map(({ r, g, b }) => [r, g, b]),
    );
    expect(decoders.pids).toHaveLength(2);
  });

  it('is a refusal with the decoder’s complaint where the file is damaged', async () => {
    const refused = await refusal(
      decodersOf().decode(good.subarray(0, 900), { contract: 'squash-bicubic-v1', sides: [64] }),
    );
    expect(refused).toMatchObject({ name: 'ImageError', reason: 'truncated-file' });
  });

  it('is a refusal before any process is started where the header is beyond a bound', async () => {
    const decoders = decodersOf();
    const file = jpegBomb({ width: 2_048, height: 2_048, components: 1, emptyScans: 20_000 });
    expect(
      await refusal(decoders.decode(file, { contract: 'squash-bicubic-v1', sides: [224] })),
    ).toMatchObject({
      reason: 'too-many-scans',
    });
    expect(decoders.pids).toEqual([]);
  });
});

describe('a child', () => {
  it('that dies is its own file’s refusal and no other’s', async () => {
    const decoders = decodersOf({ processes: 2, finish: WITH_ACCIDENTS });
    const sides = [32, ACCIDENTS.dies, 32, 32, ACCIDENTS.dies, 32];
    const ends = await Promise.allSettled(
      sides.map((side) => decoders.decode(good, { contract: 'squash-bicubic-v1', sides: [side] })),
    );
    expect(ends.map((end) => (end.status === 'fulfilled' ? 'pixels' : end.reason.reason))).toEqual([
      ...['pixels', 'decoder-crashed', 'pixels', 'pixels', 'decoder-crashed', 'pixels'],
    ]);
  });

  it('that dies by accident costs nothing: the file is tried once more', async () => {
    const decoders = decodersOf({ finish: WITH_ACCIDENTS });
    try {
      const { squares } = await decoders.decode(good, {
        contract: 'squash-bicubic-v1',
        sides: [ACCIDENTS.diesOnce],
      });
      expect(squares[0]).toHaveLength(ACCIDENTS.diesOnce ** 2 * 3);
    } finally {
      await rm(deathNote(process.pid), { force: true });
    }
  });

  it.each(['stops', 'spins'] as const)('that %s is ended when its patience is over', async (how) => {
    const decoders = decodersOf({ finish: WITH_ACCIDENTS, patienceMilliseconds: 4_000 });
    const refused = await refusal(
      decoders.decode(good, { contract: 'squash-bicubic-v1', sides: [ACCIDENTS[how]] }),
    );
    expect(refused.reason).toBe('too-slow-to-decode');
    expect(
      (await decoders.decode(good, { contract: 'squash-bicubic-v1', sides: [32] })).squares[0],
    ).toHaveLength(32 * 32 * 3);
  });

  it('that takes more memory than its file accounts for is ended', async () => {
    const decoders = decodersOf({ finish: WITH_ACCIDENTS });
    const refused = await refusal(
      decoders.decode(good, { contract: 'squash-bicubic-v1', sides: [ACCIDENTS.fills] }),
    );
    expect(refused).toMatchObject({ reason: 'too-much-memory' });
    expect(refused.measured.bytes).toBeGreaterThan(refused.measured.mostBytes ?? Number.NaN);
    expect(refused.measured.bytes).toBeLessThan(2 ** 30);
    expect(
      (await decoders.decode(good, { contract: 'squash-bicubic-v1', sides: [32] })).squares,
    ).toHaveLength(1);
  });

  it('is told no secret', async () => {
    process.env.AWS_SECRET_ACCESS_KEY = 'left';
    process.env.RETCLIP_TOKEN = 'right';
    try {
      const decoders = decodersOf({ finish: WITH_ACCIDENTS });
      const { finished } = await decoders.decode(good, {
        contract: 'squash-bicubic-v1',
        sides: [ACCIDENTS.tells],
      });
      const { environment } = finished as { readonly environment: readonly string[] };
      expect(environment).toContain('PATH');
      expect(environment.filter((name) => /AWS|RETCLIP|TOKEN|SECRET/.test(name))).toEqual([]);
    } finally {
      delete process.env.AWS_SECRET_ACCESS_KEY;
      delete process.env.RETCLIP_TOKEN;
    }
  });

  it('that cannot be started is not blamed on the file', async () => {
    const decoders = decodersOf({ finish: new URL('./testing/absent.ts', import.meta.url) });
    const refused = await decoders
      .decode(good, { contract: 'squash-bicubic-v1', sides: [32] })
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(DecodingError);
    expect(String(refused)).toMatch(/could not be started.*absent/s);
  });

  it('ends with the process that it serves, whatever it is doing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'decoders-'));
    try {
      await writeFile(join(folder, 'good.jpg'), good);
      const program = fileURLToPath(new URL('./testing/endless-parent.ts', import.meta.url));
      const parent = spawn(process.execPath, [program, join(folder, 'good.jpg')], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [told] = await once(parent.stdout, 'data');
      const child = Number(String(told));
      expect(process.kill(child, 0)).toBe(true);
      parent.kill('SIGKILL');
      await expect.poll(() => isThere(child), { timeout: 20_000 }).toBe(false);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

/** A process that has ended may still wait for its parent to be told. */
function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('the memory of all decoders', () => {
  it('is waited for: two that need more together are decoded one after the other', async () => {
    const file = webpBomb(2_000, 1_000);
    const { bytes } = checkFile(file, 2 ** 30);
    const spans = async (memoryBytes: number) => {
      const decoders = decodersOf({ processes: 3, memoryBytes, finish: WITH_ACCIDENTS });
      const decoded = await Promise.all(
        Array.from({ length: 6 }, () =>
          decoders.decode(file, { contract: 'squash-bicubic-v1', sides: [16] }),
        ),
      );
      return decoded.map(({ finished }) => finished as { readonly began: number; readonly ended: number });
    };
    const alone = (await spans(bytes * 1.9)).sort((a, b) => a.began - b.began);
    for (const [index, { began }] of alone.slice(1).entries()) {
      expect(began).toBeGreaterThanOrEqual(alone[index]?.ended ?? Number.NaN);
    }
  });

  it('refuses what would never find room, and goes on', async () => {
    const decoders = decodersOf({ memoryBytes: 100 * 2 ** 20 });
    const refused = await refusal(
      decoders.decode(webpBomb(8_000, 6_000), { contract: 'squash-bicubic-v1', sides: [16] }),
    );
    expect(refused).toMatchObject({ reason: 'too-much-memory' });
    expect(
      (await decoders.decode(good, { contract: 'squash-bicubic-v1', sides: [16] })).squares,
    ).toHaveLength(1);
  });
});

describe('closed decoders', () => {
  it('refuse what waits and what comes, and leave no process', async () => {
    const decoders = decodersOf({ finish: WITH_ACCIDENTS });
    await decoders.decode(good, { contract: 'squash-bicubic-v1', sides: [32] });
    const { pids } = decoders;
    const waiting = [ACCIDENTS.stops, 32].map((side) =>
      decoders
        .decode(good, { contract: 'squash-bicubic-v1', sides: [side] })
        .catch((error: unknown) => error),
    );
    await delay(10);
    await decoders.close();
    for (const end of await Promise.all(waiting)) expect(end).toBeInstanceOf(DecodersClosedError);
    await expect(decoders.decode(good, { contract: 'squash-bicubic-v1', sides: [32] })).rejects.toThrow(
      DecodersClosedError,
    );
    await expect.poll(() => pids.some(isThere), { timeout: 20_000 }).toBe(false);
  });
});
