import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Client, UploadIntent } from '../client.ts';
import { EndpointError } from '../errors.ts';
import { MEMORY_FILE } from './sent-memory.ts';
import type { Ask } from './settle-questions.ts';
import { PhotographFolder } from './testing/photograph-files.ts';
import { watchFolder } from './watch-folder.ts';

let folder: PhotographFolder;
beforeEach(async () => {
  folder = await PhotographFolder.make();
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await folder[Symbol.asyncDispose]();
});

/** A system that stores the newest photograph of each eye, and finds all of them too dark. */
class System {
  readonly stored: string[] = [];
  readonly intents: UploadIntent[] = [];
  readonly contents = new Map<string, string>();
  isAway = false;

  readonly client = {
    lookup: async (exams: readonly { patient: string; exam: string }[]) =>
      exams.map(({ patient, exam }) => {
        const of = (eye: string) => this.contents.get(`${patient}/${exam}/${eye}`) ?? null;
        return { images: { left: of('left'), right: of('right') } };
      }),
    uploads: async (intents: readonly UploadIntent[]) => {
      if (this.isAway) throw new EndpointError('It does not answer.');
      this.intents.push(...intents);
      return intents.map(({ patient, exam, laterality, place, sha256 }) => {
        const name = `${patient}/${exam}/${laterality}${place === undefined ? '' : `-${place}`}`;
        const key = `images/north/${name}.jpg`;
        if (this.contents.get(name) === sha256) return { action: 'present', key };
        this.contents.set(name, sha256);
        return { action: 'upload', key, url: 'http://127.0.0.1', method: 'PUT', headers: {} };
      });
    },
    put: async ({ key }: { readonly key: string }) =>
      void this.stored.push(key.slice('images/north/'.length)),
    image: async ({ patient, exam }: { patient: string; exam: string }, name: string) => {
      const sha256 = this.contents.get(`${patient}/${exam}/${name.split('.')[0]}`);
      const image = `images/north/${patient}/${exam}/${name}`;
      return {
        image,
        sha256,
        preparation: 'prepared',
        gradable: false,
        reason: 'too-dark',
        advice: 'too dark',
      };
    },
  } as unknown as Client;

  /** Watches while something is done, and a little longer. */
  async watch(during: () => Promise<void>, { ask = null }: { readonly ask?: Ask | null } = {}) {
    const ending = new AbortController();
    const options = { acceptDoubts: [], concurrency: 2, json: true } as never;
    const upload = { options, base: folder.path, key: null, clientOf: () => this.client };
    const watching = watchFolder(folder.path, upload, { program: 'north', ask, signal: ending.signal });
    await during();
    ending.abort();
    return watching;
  }

  has(count: number): Promise<void> {
    return vi.waitFor(() => expect(this.stored).toHaveLength(count), { timeout: 30_000, interval: 50 });
  }
}

const PATIENT = { timeout: 90_000 };

it('photographs are sent as they come, the first eye without waiting for the second', PATIENT, async () => {
  const system = new System();
  const report = await system.watch(async () => {
    await folder.write('P7_left.jpg');
    await system.has(1);
    await folder.write('P7_right.jpg');
    await system.has(2);
  });
  expect(system.stored).toEqual(['P7/1/left.jpg', 'P7/1/right.jpg']);
  // Each exam waits for its other eye.
  expect(system.intents.map(({ eyes, expected }) => [eyes, expected])).toEqual([
    ['both', { left: 1, right: 1 }],
    ['both', { left: 1, right: 1 }],
  ]);
  expect(report).toEqual({ sent: 2, skipped: 0, gradable: 0, ungradable: 2, refused: [] });
  const written = vi.mocked(process.stderr.write).mock.calls.map(([text]) => JSON.parse(String(text)));
  expect(written.map(({ image, advice }) => [image, advice])).toContainEqual([
    'images/north/P7/1/left.jpg',
    'too dark',
  ]);
});

it(
  'a photograph that is taken again takes the place of the first, also after a restart',
  PATIENT,
  async () => {
    const system = new System();
    await system.watch(async () => {
      await folder.write('P7_left.jpg');
      await system.has(1);
      await folder.write('P7_left_2.jpg');
      await system.has(2);
    });
    const after = system.contents.get('P7/1/left');
    const report = await system.watch(async () => {
      await folder.write('P8_right.jpg');
      await system.has(3);
    });
    expect(system.stored).toEqual(['P7/1/left.jpg', 'P7/1/left.jpg', 'P8/1/right.jpg']);
    expect(system.contents.get('P7/1/left')).toBe(after);
    expect([report.sent, report.skipped]).toEqual([1, 0]);
  },
);

it('two photographs of one eye that come at once are both sent, one after the other', PATIENT, async () => {
  const system = new System();
  await folder.writeAll('P7_left.jpg', 'P7_left_2.jpg');
  await system.watch(() => system.has(2));
  expect(system.intents).toHaveLength(2);
});

it(
  'another field counts beside the macula, whenever it comes, and is replaced by its own retake',
  PATIENT,
  async () => {
    const system = new System();
    await system.watch(async () => {
      await folder.write('P7_left_macula.jpg');
      await system.has(1);
      await folder.writeAll('P7_left_disc.jpg', 'P7_right_macula.jpg');
      await system.has(3);
      await folder.write('P7_left_disc_2.jpg');
      await system.has(4);
    });
    expect(system.stored.toSorted()).toEqual([
      'P7/1/left-disc.jpg',
      'P7/1/left-disc.jpg',
      'P7/1/left.jpg',
      'P7/1/right.jpg',
    ]);
  },
);

it(
  'what is doubtful is left out and named once where nobody can be asked, and asked on a terminal',
  PATIENT,
  async () => {
    const system = new System();
    await folder.write('IMG_001_left.jpg');
    const report = await system.watch(async () => {
      await folder.write('P7_right.jpg');
      await system.has(1);
      await folder.write('P8_right.jpg');
      await system.has(2);
    });
    expect(report.refused).toEqual([
      { path: folder.at('IMG_001_left.jpg'), reason: expect.stringMatching(/^left out: /) },
    ]);
    const asked: string[] = [];
    const ask: Ask = async (question) => {
      asked.push(question);
      return 'y';
    };
    await system.watch(() => system.has(3), { ask });
    expect(asked).toEqual([expect.stringMatching(/^no-patient: 1 photograph/)]);
  },
);

it('while the system is away nothing is lost, and nothing ends', PATIENT, async () => {
  const system = new System();
  system.isAway = true;
  await folder.write('P7_left.jpg');
  await system.watch(async () => {
    await delay(3_500);
    system.isAway = false;
    await system.has(1);
  });
  const lines = (await readFile(folder.at(MEMORY_FILE), 'utf8')).trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).path)).toEqual(['P7_left.jpg']);
});
