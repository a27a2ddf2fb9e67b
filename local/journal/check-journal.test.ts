import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DatabaseBehindStoreError } from '../errors.ts';
import { openLocalHome } from '../home.ts';

let base: string;
let directory: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'behind-'));
  directory = join(base, 'data');
});
afterEach(() => rm(base, { recursive: true }));

async function store(folder: string, ...keys: readonly string[]): Promise<void> {
  const home = await openLocalHome(folder);
  for (const key of keys) await home.objects.put(key, Buffer.from(`content of ${key}`));
  await home.close();
}

const database = (folder: string) => join(folder, 'state.sqlite');

async function dropDatabase(): Promise<void> {
  for (const end of ['', '-wal', '-shm']) await rm(`${database(directory)}${end}`, { force: true });
}

async function contents(): Promise<string[]> {
  return (await readdir(join(directory, 'objects'), { recursive: true })).sort();
}

async function refusal(): Promise<DatabaseBehindStoreError> {
  const before = await contents();
  for (let attempt = 1; ; attempt += 1) {
    const error = await openLocalHome(directory).catch((thrown: unknown) => thrown);
    if (!(error instanceof DatabaseBehindStoreError)) throw new Error(`Expected a refusal: ${error}`);
    expect(await contents()).toEqual(before);
    // Said again at the next start: nothing was made in between that would let it pass.
    if (attempt === 2) return error;
  }
}

const EYES = ['images/north/P1/e/left.jpg', 'images/north/P1/e/right.jpg'];

describe('a data folder whose database does not know what its store holds', () => {
  it('is not opened if the database is missing; the text says both ways on', async () => {
    await store(directory, 'programs/north/settings.json', ...EYES);
    await dropDatabase();
    const error = await refusal();
    expect(error).toMatchObject({ state: 'missing', stand: { objects: 3, photographs: 2 } });
    expect(error.message).toMatch(/retclip restore/);
    expect(error.message).toMatch(/retclip local --rebuild --data/);
  });

  it('is not opened if the database is another, empty one', async () => {
    await store(directory, ...EYES);
    await store(join(base, 'other'));
    await dropDatabase();
    await cp(database(join(base, 'other')), database(directory));
    expect(await refusal()).toMatchObject({ state: 'empty', stand: { photographs: 2 } });
  });

  it('is not opened if the database is an older one, and says how many are newer', async () => {
    await store(directory, EYES[0] ?? '');
    const older = await readFile(database(directory));
    await store(directory, EYES[1] ?? '', 'images/north/P2/e/left.jpg');
    await dropDatabase();
    await writeFile(database(directory), older);
    expect(await refusal()).toMatchObject({ state: 'older', stand: { photographs: 2 } });
  });

  it('is not opened if the database is of another folder that has come further', async () => {
    await store(directory, ...EYES);
    await store(join(base, 'other'), ...EYES, 'images/north/P2/e/left.jpg');
    await dropDatabase();
    await cp(database(join(base, 'other')), database(directory));
    expect(await refusal()).toMatchObject({ state: 'another' });
  });

  it('is not opened if it is of a former release, without a journal, and lost its database', async () => {
    await store(directory, ...EYES);
    await rm(join(directory, 'objects', 'versions'), { recursive: true });
    await dropDatabase();
    expect(await refusal()).toMatchObject({ state: 'missing', stand: { objects: 0 } });
    await store(join(base, 'other'));
    await cp(database(join(base, 'other')), database(directory));
    expect(await refusal()).toMatchObject({ state: 'empty' });
  });

  it('is opened if a crash came before the very first object was known', async () => {
    await store(directory);
    await mkdir(join(directory, 'objects', 'ab'));
    await writeFile(join(directory, 'objects', 'ab', 'ab'.repeat(32)), 'x');
    await store(directory, ...EYES);
    expect(await contents()).toContain(join('ab', 'ab'.repeat(32)));
  });

  it('is opened after everything in it was removed for good', async () => {
    const home = await openLocalHome(directory);
    const { versionId } = await home.objects.put('a', Buffer.from('x'));
    await home.objects.deleteVersion('a', versionId ?? '');
    await home.close();
    await store(directory, ...EYES);
  });
});
