import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '../../core/programs/program-settings.ts';
import { keepRecord } from '../../core/records/kept-record.ts';
import { addReview } from '../../core/reviews/add-review.ts';
import { registeredExam, screenedExam } from '../../test/conformance/exam-records.ts';
import { lockDataFolder } from '../data-folder-lock.ts';
import { DataFolderError, DataFolderInUseError } from '../errors.ts';
import { type LocalHome, openLocalHome } from '../home.ts';
import { ContentFiles } from '../objects/content-files.ts';
import { rebuildDatabase } from './rebuild-database.ts';

const LEFT = 'images/north/P1/2026-05-01/left.jpg';
const RIGHT = 'images/north/P1/2026-05-01/right.jpg';

let base: string;
let directory: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'rebuild-'));
  directory = join(base, 'data');
});
afterEach(() => rm(base, { recursive: true }));

async function withHome<Value>(work: (home: LocalHome) => Promise<Value>): Promise<Value> {
  const home = await openLocalHome(directory);
  try {
    return await work(home);
  } finally {
    await home.close();
  }
}

async function dropDatabase(): Promise<void> {
  for (const end of ['', '-wal', '-shm']) await rm(join(directory, `state.sqlite${end}`), { force: true });
}

/** Read without any of the code under test. */
function versions(): unknown[] {
  const database = new DatabaseSync(join(directory, 'state.sqlite'), { readOnly: true });
  const rows = database.prepare('SELECT * FROM object_versions ORDER BY sequence').all();
  database.close();
  return rows;
}

async function fill(home: LocalHome): Promise<void> {
  await home.objects.put('programs/.register/north', Buffer.from('{}'));
  await home.objects.put(LEFT, Buffer.from('L'), { contentType: 'image/jpeg', metadata: { eyes: 'both' } });
  await home.objects.put(RIGHT, Buffer.from('R of 2'));
  await home.objects.put(LEFT, Buffer.from('L, taken again'));
  await home.objects.put('heads/a.json', Buffer.from('{}'));
  await home.objects.delete('heads/a.json');
  const { key, versionId } = await home.objects.put('images/north/P2/e/left.jpg', Buffer.from('erased'));
  await home.objects.deleteVersion(key, versionId ?? '');
}

describe('a database that is made again from its store', () => {
  it('has the same versions in the same order, and announces each photograph as it was announced', async () => {
    const announced = await withHome(async (home) => {
      await fill(home);
      const messages = await home.queues.preparation.queue.receive({ maxMessages: 10, waitSeconds: 0 });
      return messages.map(({ body }) => body).filter((body) => !body.includes('P2'));
    });
    const before = versions();
    await dropDatabase();
    const rebuilt = await rebuildDatabase(directory);
    expect(rebuilt).toMatchObject({
      versions: 5,
      deleteMarkers: 1,
      objects: { programs: 1, images: 2 },
      announced: 3,
      exams: 1,
      missing: [],
      unnamed: 0,
      unreadable: 0,
      formerDatabase: null,
    });
    expect(versions()).toEqual(before);
    await withHome(async (home) => {
      const again = await home.queues.preparation.queue.receive({ maxMessages: 10, waitSeconds: 0 });
      expect(again.map(({ body }) => body)).toEqual(announced);
      expect((await home.objects.get(LEFT)).content.toString()).toBe('L, taken again');
      expect(await home.objects.head('heads/a.json')).toBeUndefined();
      const next = await home.objects.put('heads/b.json', Buffer.from('{}'));
      expect(next.versionId).not.toBeNull();
    });
    expect(versions()).toHaveLength(before.length + 1);
  });

  it('takes the place of an older one, which is set aside with its log', async () => {
    await withHome((home) => home.objects.put(LEFT, Buffer.from('L')));
    const older = await readFile(join(directory, 'state.sqlite'));
    await withHome((home) => home.objects.put(RIGHT, Buffer.from('R of 2')));
    const newest = versions();
    await dropDatabase();
    await writeFile(join(directory, 'state.sqlite'), older);
    await writeFile(join(directory, 'state.sqlite-wal'), '');
    const { formerDatabase } = await rebuildDatabase(directory, () => new Date(Date.UTC(2026, 4, 1)));
    expect(formerDatabase).toBe('state-before-2026-05-01T00-00-00-000Z.sqlite');
    expect(await readFile(join(directory, String(formerDatabase)))).toEqual(older);
    expect(await readdir(directory)).toContain(`${formerDatabase}-wal`);
    expect(versions()).toEqual(newest);
  });

  it('brings back exams of which people have said something, with their answers, at their revision', async () => {
    const key = { program: 'north', patient: 'P1', exam: '2026-05-01' };
    const reviewed = await withHome(async (home) => {
      const screened = screenedExam(
        registeredExam(key, '2026-05-01T00:00:00.000Z'),
        'refer',
        '2026-05-01T00:00:00.000Z',
      );
      const verdict = { id: 'v1', outcome: 'refer', reader: 'dr-lee', note: null } as const;
      const read = addReview(
        await home.exams.save(screened),
        verdict,
        new Date('2026-05-02'),
        DEFAULT_SETTINGS.review,
      );
      const saved = await home.exams.save(read);
      await keepRecord(home.objects, saved);
      return saved;
    });
    await dropDatabase();
    expect(await rebuildDatabase(directory)).toMatchObject({ keptExams: 1, verdicts: 1, withdrawals: 0 });
    await withHome(async (home) => {
      expect(await home.exams.get(key)).toEqual(reviewed);
      expect((await home.exams.list('north', { listings: ['refer'], limit: 9 })).items).toEqual([reviewed]);
      const [event] = await home.events.after(0, 10);
      expect(event?.event).toMatchObject({ type: 'ExamScreened', exam: key });
    });
  });

  it('has its events come behind those that its followers have seen', async () => {
    await withHome(async (home) => {
      await fill(home);
      home.vectors.file.follow('indexing', 70);
    });
    await writeFile(join(directory, 'webhooks-followed'), '90');
    await dropDatabase();
    await rebuildDatabase(directory);
    await withHome(async (home) => {
      const exam = { program: 'north', patient: 'P1', exam: 'e' };
      const at = '2026-05-01T00:00:00.000Z';
      await home.events.publish([{ type: 'ExamScreened', id: 'a', at, exam, outcome: 'recall' }]);
      expect(await home.events.after(90, 10)).toHaveLength(1);
    });
  });

  it('says what is missing, what nothing names and what cannot be read, and takes nothing away', async () => {
    const contents = await withHome(async (home) => {
      await fill(home);
      const { sha256 } = await home.objects.put('heads/c.json', Buffer.from('lost'));
      const files = new ContentFiles(home.folder);
      await rm(files.pathOf(sha256));
      await truncate(files.pathOf((await home.objects.head(RIGHT))?.sha256 ?? ''), 3);
      await files.write('ab'.repeat(32), Buffer.from('nobody knows'));
      const journal = join(home.folder.versions, '0000000000.jsonl');
      await writeFile(journal, (await readFile(journal, 'utf8')).replace('programs/', 'programms/'));
      return home.folder.contents;
    });
    await dropDatabase();
    const before = await readdir(contents, { recursive: true });
    const rebuilt = await rebuildDatabase(directory);
    expect(rebuilt).toMatchObject({ unreadable: 1 });
    expect([...rebuilt.missing].sort()).toEqual(['heads/c.json', RIGHT]);
    expect(rebuilt.unnamed).toBeGreaterThan(0);
    expect(await readdir(contents, { recursive: true })).toEqual(before);
  });

  it('is not made while a host runs, nor of a folder that holds nothing', async () => {
    await withHome(fill);
    const lock = await lockDataFolder(directory);
    await expect(rebuildDatabase(directory)).rejects.toThrow(DataFolderInUseError);
    await lock.release();
    await expect(rebuildDatabase(join(base, 'nothing'))).rejects.toThrow(DataFolderError);
  });
});
