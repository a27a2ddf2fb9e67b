import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { programSettingsSchema } from '../../core/programs/program-settings.ts';
import { retclip } from '../system/retclip.ts';
import { RunningSystem } from '../system/running-system.ts';

let folder: string;
let system: RunningSystem;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'program-'));
  system = new RunningSystem(join(folder, 'data'));
  await system.start();
}, 240_000);
afterAll(async () => {
  await system.stop();
  await rm(folder, { recursive: true });
});

const program = (verb: string, ...words: string[]) =>
  retclip(['program', verb, '--program', 'north', '--data', system.dataFolder, ...words]);
async function shown() {
  const { code, stdout } = await program('show', '--json');
  expect(code).toBe(0);
  const { tag, settings } = JSON.parse(stdout);
  return { tag: tag as string, settings: programSettingsSchema.parse(settings) };
}

describe('retclip program', { timeout: 120_000 }, () => {
  it('shows and sets what the program waits for and photographs, and leaves the rest', async () => {
    const { settings: before } = await shown();
    const set = await program('set', '--settle', '30', '--capture-protocol', 'two-field', '--json');
    expect(set.code).toBe(0);
    const after = await shown();
    expect(JSON.parse(set.stdout)).toEqual({ program: 'north', ...after });
    expect(after.settings).toEqual({ ...before, settleSeconds: 30, captureProtocol: 'two-field' });
    const text = (await program('show')).stdout;
    expect(text).toMatch(/settleSeconds +30: .*captureProtocol +two-field: macula, disc/s);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    const own = await program('set', '--capture-protocol', 'ours=macula,other', '--pairing-window', '0');
    expect(own.code).toBe(0);
    expect((await shown()).settings).toMatchObject({
      ...{ pairingWindowSeconds: 0, captureProtocol: { name: 'ours', fields: ['macula', 'other'] } },
    });
    expect((await program('set', '--settle', '30')).stdout).toContain('Unchanged');
  });

  it('sets all of a file that it has shown, and only over the settings of a tag', async () => {
    const first = await shown();
    const file = join(folder, 'settings.json');
    await writeFile(file, (await program('show', '--json')).stdout);
    await program('set', '--settle', '5', '--over-read-share', '0.5');
    const stale = await program('set', '--settings', file, '--if-match', first.tag);
    expect([stale.code, stale.stderr]).toEqual([2, expect.stringContaining('Nothing was changed')]);
    const { tag, settings } = await shown();
    expect(settings).toMatchObject({ settleSeconds: 5, review: { overReadShare: 0.5 } });
    expect((await program('set', '--settings', file, '--if-match', tag)).code).toBe(0);
    expect((await shown()).settings).toEqual(first.settings);
  });

  it.each([
    [['--settle', '901'], /settleSeconds/],
    [['--pairing-window', 'soon'], /pairingWindowSeconds/],
    [['--over-read-share', '2'], /review\.overReadShare/],
    [['--capture-protocol', 'x=disc'], /captureProtocol\.fields: macula is missing/],
    [[], /Say what to set: .*--settle/],
    [['--settings', 'no-such-file.json'], /"no-such-file\.json" cannot be read/],
  ])('refuses %j, names the field and changes nothing', async (words, message) => {
    const before = await shown();
    const { code, stderr } = await program('set', ...words);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
    expect(await shown()).toEqual(before);
  });
});
