import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAnnouncement } from '../../core/messages/object-created.ts';
import { type LocalHome, openLocalHome } from '../../local/home.ts';
import { JournalSegments } from '../../local/journal/journal-segments.ts';
import { sha256Of } from '../../local/objects/content-files.ts';
import { receiveAll } from '../conformance/work-queue/index.ts';
import { writeUntilKilled } from './killed-processes.ts';
import { seededRandom } from './seeded-random.ts';
import type { Step } from './step.ts';

const KILLS = 16;
const SEED = 20_260_501;

function only<Kind extends Step['step']>(steps: readonly Step[], kind: Kind) {
  return steps.filter((step): step is Extract<Step, { step: Kind }> => step.step === kind);
}

function version(step: { readonly key: string; readonly versionId: string }): string {
  return `${step.key} ${step.versionId}`;
}

describe('a data folder whose processes are killed again and again', () => {
  let directory: string;
  let home: LocalHome;
  const steps: Step[] = [];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'retclip-crash-'));
    const random = seededRandom(SEED);
    for (let kill = 0; kill < KILLS; kill += 1) {
      // Now and then while the folder is being opened, else somewhere in the midst of the work.
      const killAfter = kill % 5 === 0 ? 1 + Math.floor(random() * 3) : Math.floor(random() * 160);
      const names = [`host ${kill}`, `worker ${kill}`];
      const run = await writeUntilKilled(directory, names, SEED + 10 * kill, killAfter);
      expect(run.errors).toBe('');
      steps.push(...run.steps);
    }
    // Later, so that every loan has ended and every file that was being written counts as abandoned.
    home = await openLocalHome(directory, { now: () => Date.now() + 3_600_000 });
    // On cores that others share, killing takes as long as it takes.
  }, 600_000);
  afterAll(async () => {
    await home.close();
    await rm(directory, { recursive: true });
  });

  async function allKeys(prefix: string): Promise<string[]> {
    const keys: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await home.objects.list(prefix, { limit: 1_000, cursor });
      keys.push(...page.items.map(({ key }) => key));
      cursor = page.cursor;
    } while (cursor !== undefined);
    return keys;
  }

  it('has seen enough of every kind of step to mean something', () => {
    for (const kind of ['put', 'removed', 'prepared', 'sent', 'consumed', 'saved', 'published'] as const) {
      expect(only(steps, kind).length, kind).toBeGreaterThan(20);
    }
  });

  it('holds every object whose put returned, and none whose removal did', async () => {
    const removing = new Set(only(steps, 'removing').map(version));
    for (const put of only(steps, 'put')) {
      if (removing.has(version(put))) continue;
      const { content, object } = await home.objects.get(put.key, { versionId: put.versionId });
      expect(object.sha256).toBe(put.sha256);
      expect(sha256Of(content)).toBe(put.sha256);
    }
    for (const removed of only(steps, 'removed')) {
      expect(await home.objects.head(removed.key, removed.versionId)).toBeUndefined();
    }
  });

  it('holds no object in part, and lists whatever content has no object', async () => {
    const contents = new Set<string>();
    for (const key of await allKeys('')) {
      const { content, object } = await home.objects.get(key);
      expect(sha256Of(content)).toBe(object.sha256);
      contents.add(object.sha256);
    }
    for await (const { sha256 } of home.unnamed.list()) {
      expect(contents).not.toContain(sha256);
      contents.add(sha256);
    }
    const folders = (await readdir(home.folder.contents)).filter((name) => name.length === 2);
    const files = await Promise.all(folders.map((name) => readdir(join(home.folder.contents, name))));
    expect(files.flat().toSorted()).toEqual([...contents].toSorted());
    expect(await readdir(home.folder.temporary)).toEqual([]);
  });

  it('holds each thing that was prepared whole: as its put said last, or as a later put was about to say', async () => {
    const said = steps.filter((step) => step.step === 'preparing' || step.step === 'prepared');
    for (const key of new Set(only(steps, 'prepared').map((step) => step.key))) {
      const own = said.filter((step) => step.key === key);
      const last = own.findLastIndex(({ step }) => step === 'prepared');
      const found = await home.prepared.get(key);
      expect(
        own.slice(last).map(({ sha256 }) => sha256),
        key,
      ).toContain(sha256Of(found ?? Buffer.of()));
    }
    // Files that were never finished go when their time is over.
    await home.prepared.expire(new Date(Date.now() + 1_000));
    const left = await readdir(home.folder.prepared, { recursive: true, withFileTypes: true });
    expect(left.filter((entry) => entry.isFile())).toEqual([]);
  });

  it('says in its journal what every version is, of none twice, and nothing of a version that was removed', async () => {
    const segments = new JournalSegments(home.folder);
    const journaled = segments.all().flatMap((segment) => [...segments.read(segment).versions]);
    expect(journaled.map(({ sequence }) => sequence)).toEqual(
      [...new Set(journaled.map(({ sequence }) => sequence))].sort((a, b) => a - b),
    );
    const held = new Map<string, string>();
    let cursor: string | undefined;
    do {
      const page = await home.objects.listVersions('', { limit: 1_000, cursor });
      for (const { key, versionId } of page.items)
        held.set(String(versionId), `${key} ${(await home.objects.head(key, String(versionId)))?.sha256}`);
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(held.size).toBeGreaterThan(100);
    expect(new Map(journaled.map(({ versionId, key, sha256 }) => [versionId, `${key} ${sha256}`]))).toEqual(
      held,
    );
    const lines = segments.all().map((segment) => readFileSync(segments.pathOf(segment), 'utf8'));
    for (const removed of only(steps, 'removed')) expect(lines.join('')).not.toContain(removed.versionId);
  });

  it('has announced every photograph that it holds, once', async () => {
    const messages = await receiveAll(home.queues.preparation.queue, 800);
    const announced = messages.flatMap(({ body }) =>
      readAnnouncement(JSON.parse(body)).objects.map((created) => `${created.key} ${created.versionId}`),
    );
    expect(new Set(announced).size).toBe(announced.length);
    const photographs = only(steps, 'put').filter(({ key }) => key.startsWith('images/'));
    expect(new Set(announced)).toEqual(new Set([...announced, ...photographs.map(version)]));
    for (const key of await allKeys('images/')) {
      expect(announced).toContain(`${key} ${(await home.objects.head(key))?.versionId}`);
    }
    expect((await allKeys('features/')).length).toBeGreaterThan(0);
    expect(announced.filter((name) => name.startsWith('features/'))).toEqual([]);
  });

  it('holds every message whose send returned, once, until its deletion begins, and none after', async () => {
    const { queue, deadLetters } = home.queues.screening;
    const messages = [...(await receiveAll(queue, 600)), ...(await receiveAll(deadLetters, 600))];
    const held = new Set(messages.map(({ body }) => body));
    expect(held.size).toBe(messages.length);
    const consuming = new Set(only(steps, 'consuming').map(({ body }) => body));
    const lost = only(steps, 'sent').filter(({ body }) => !held.has(body) && !consuming.has(body));
    expect(lost).toEqual([]);
    expect(only(steps, 'consumed').filter(({ body }) => held.has(body))).toEqual([]);
  });

  it('holds every exam at the revision whose save returned, or the next', async () => {
    const saved = Map.groupBy(only(steps, 'saved'), ({ exam }) => exam);
    for (const [exam, saves] of saved) {
      const record = await home.exams.get({ program: 'crash', patient: 'P1', exam });
      expect([saves.length, saves.length + 1]).toContain(record?.revision);
      const at = new Date(((record?.revision ?? 0) - 1) * 1_000).toISOString();
      expect(record?.updatedAt).toBe(at);
    }
    expect((await home.exams.count('crash')).registered).toBeGreaterThanOrEqual(saved.size);
  });

  it('holds every event whose publication returned', async () => {
    const held = new Set((await home.events.after(0, 1_000_000)).map(({ event }) => event.id));
    expect(only(steps, 'published').filter(({ id }) => !held.has(id))).toEqual([]);
  });
});
