import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseHead } from '../../model/heads/head.ts';
import { retclip } from '../system/retclip.ts';

let folder: string;
const at = (...names: string[]) => join(folder, ...names);
const PROMPTS = {
  name: 'glaucoma',
  level: 'patient',
  labels: {
    glaucoma: {
      positive: ['双眼青光眼', 'glaucoma in both eyes'],
      negative: ['双眼正常眼底', 'normal fundus'],
    },
  },
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heads-'));
  await writeFile(at('prompts.json'), JSON.stringify(PROMPTS));
  await writeFile(at('level.json'), JSON.stringify({ ...PROMPTS, level: 'both' }));
  await writeFile(at('broken.json'), '{');
});
afterAll(() => rm(folder, { recursive: true }));

describe('retclip heads from-prompts', () => {
  it('writes a head, and never over one that is there', async () => {
    const words = ['heads', 'from-prompts', at('prompts.json'), '--model', 'models/default', '--out'];
    const first = await retclip([...words, at('new.head.json'), '--json']);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const text = await readFile(at('new.head.json'), 'utf8');
    expect(parseHead(text, 'new').name).toBe('glaucoma');
    expect(JSON.parse(first.stdout)).toMatchObject({ labels: ['glaucoma'], warnings: [] });
    const second = await retclip([...words, at('new.head.json')]);
    expect(second).toMatchObject({ code: 3, stderr: expect.stringContaining('already') });
    expect(await readFile(at('new.head.json'), 'utf8')).toBe(text);
  });

  it.each<[string, string, number, RegExp]>([
    ['a level that is none', 'level.json', 3, /level/],
    ['a file that is no JSON', 'broken.json', 2, /not JSON/],
    ['a file that is not there', 'none.json', 2, /none\.json/],
  ])('refuses %s', async (_, file, code, message) => {
    const finished = await retclip(['heads', 'from-prompts', at(file), '--out', at('x.json')]);
    expect(finished.code).toBe(code);
    expect(finished.stderr).toMatch(message);
  });
});
