import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ActiveModel } from '../../core/activation/active-model.ts';
import { storeHead } from '../../core/heads/stored-heads.ts';
import { registerProgram } from '../../core/programs/program-register.ts';
import { MODEL } from '../../core/testing/records.ts';
import { drawnHead } from '../../rescore-worker/testing/population.ts';
import { ServedApi } from '../system/served-api.ts';

let api: ServedApi;
let folder: string;
let file: string;
/** What is active at first: its head is stored, as that of a bundle is. */
let model: ActiveModel;

beforeAll(async () => {
  api = await ServedApi.open();
  folder = await mkdtemp(join(tmpdir(), 'shadow-'));
  const live = await storeHead(api.run.home.objects, drawnHead('odir', 8, ['glaucoma']));
  model = { ...MODEL, heads: [live] };
  await api.run.activate(model);
  file = join(folder, 'new.head.json');
  await writeFile(file, JSON.stringify(drawnHead('new', 8, ['glaucoma'])));
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function json(...words: readonly string[]) {
  const { code, stdout, stderr } = await api.retclip(...words, '--json');
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

describe('heads shadow', () => {
  it('tries a head on new exams, compares it, makes it live, and takes that back', async () => {
    await registerProgram(api.run.home.objects, 'north');
    const none = await api.retclip('heads', 'shadow-report', '--program', 'north');
    expect(none.code).toBe(2);
    expect(none.stderr).toMatch(/heads shadow start FILE/);

    const started = await json('heads', 'shadow', 'start', file);
    expect(started).toMatchObject({ live: model.heads, shadow: [{ name: 'new' }] });
    await api.run.upload('left', 'L');
    await api.run.upload('right', 'R');
    await api.run.deliver('intake');
    const [message] = await api.run.receive('screening');
    const request = JSON.parse(String(message?.body));
    const found = { level: 'patient', head: 'new', label: 'glaucoma', threshold: 0.5 } as const;
    await api.run.answer(
      request,
      { screenedAt: new Date(Date.now() + 60_000).toISOString() },
      { heads: started.shadow, findings: [{ ...found, image: null, probability: 0.2 }] },
    );
    await api.run.deliver('results');

    const report = await json('heads', 'shadow-report', '--program', 'north');
    expect(report).toMatchObject({
      ...{ heads: started.shadow, job: null, done: 1, moved: [] },
      labels: [{ label: 'glaucoma', onlyLive: 1, agreement: 0 }],
      notice: expect.stringMatching(/Research use only/),
    });
    const text = await api.retclip('heads', 'shadow-report', '--program', 'north');
    expect(text.stdout).toMatch(
      /new.* tried on 1 exam of program north, new since.*1 exam would have another outcome|None of 1 exam.*promote --shadow/s,
    );

    const promoted = await json('heads', 'promote', '--shadow', '--program', 'north');
    expect(promoted.to).toMatchObject({ heads: [...model.heads, ...started.shadow] });
    expect(await json('heads', 'shadow', 'show')).toMatchObject({ shadow: [], since: null });
    expect((await json('heads', 'rollback')).to.heads).toEqual(model.heads);
  });

  it('stops, and says what is wrong with what it is asked', async () => {
    await json('heads', 'shadow', 'start', file);
    const nowhere = await api.retclip('heads', 'promote', '--shadow');
    expect([nowhere.code, nowhere.stderr]).toEqual([2, expect.stringContaining('--program P')]);
    const untried = await api.retclip('heads', 'promote', '--shadow', '--program', 'south');
    expect(untried.code).toBe(2);
    expect(untried.stderr).toMatch(/No exam of program south was compared.*nothing speaks for these heads/);
    const unknown = await api.retclip('heads', 'shadow', 'stop', 'other');
    expect(unknown).toMatchObject({ code: 2, stdout: '' });
    expect(unknown.stderr).toMatch(/"other" is not in shadow; these are: "new"/);
    expect(await json('heads', 'shadow', 'stop')).toMatchObject({ shadow: [] });
    const contradiction = await api.retclip('heads', 'promote', file, '--shadow');
    expect(contradiction.code).toBe(2);
    expect((await api.retclip('heads', 'promote', '--shadow')).code).toBe(2);
  });
});
