import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generatePatient } from '../../phantoms/index.ts';
import { retclip } from '../system/retclip.ts';
import { RunningSystem } from '../system/running-system.ts';

const GOOD = { missingEye: 0, outOfFocus: 0, tooDark: 0, tooBright: 0 };
let folder: string;
let system: RunningSystem;
let exam: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'retclip-reader-'));
  const cohort = join(folder, 'cohort');
  await mkdir(cohort);
  const { left, right } = await generatePatient({ seed: 'reader', index: 0, size: 400, defects: GOOD });
  if (left === null || right === null) throw new Error('No phantom.');
  await writeFile(join(cohort, 'A1_left.jpg'), left.jpeg);
  await writeFile(join(cohort, 'A1_right.jpg'), right.jpeg);
  system = new RunningSystem(join(folder, 'data'));
  await system.start();
  await system.retclip('upload', cohort, '--program', 'north', '--wait');
  const [result] = await system.results('north');
  exam = `${result?.patient}/${result?.exam}`;
});
afterAll(async () => {
  await system.stop();
  await rm(folder, { recursive: true });
});

/** Adds a reader while the host runs. @returns the token */
async function added(name: string, ...words: readonly string[]): Promise<string> {
  const { token, ...shown } = JSON.parse(await system.retclip('reader', 'add', name, '--json', ...words));
  expect(shown).toMatchObject({ name });
  return token;
}

/** Runs a verb as the one whose token it is. */
function as(token: string, ...words: readonly string[]) {
  return retclip([...words, '--data', system.dataFolder], { RETCLIP_TOKEN: token });
}

const review = (outcome: string, ...words: readonly string[]) =>
  ['review', exam, '--program', 'north', '--outcome', outcome, '--json', ...words] as const;

describe('retclip reader', () => {
  it('gives each reader a token of their own, whose name their verdicts carry', async () => {
    const anna = await added('anna');
    const ben = await added('ben', '--blinded');
    const [machine] = await system.results('north');
    const other = machine?.outcome === 'refer' ? 'refer-urgent' : 'refer';

    const first = JSON.parse((await as(anna, ...review(other))).stdout);
    expect(first).toMatchObject({ verdict: { reader: 'anna' }, review: { stage: 'second' } });
    const again = await as(anna, ...review('refer'));
    expect(again.code).toBe(3);
    expect(again.stderr).toMatch(/own second.*you can correct/s);

    const results = await as(ben, 'results', '--program', 'north');
    expect(results.code).toBe(3);
    expect(results.stderr).toMatch(/lacks the scope "read"/);
    const waiting = JSON.parse(
      (await as(ben, 'worklist', '--program', 'north', '--stage', 'second', '--json')).stdout,
    );
    expect(waiting).toMatchObject({ patient: 'A1', result: null });
    const second = JSON.parse((await as(ben, ...review('ungradable'))).stdout);
    expect(second).toMatchObject({ verdict: { reader: 'ben' }, review: null });

    const file = join(folder, 'token');
    await writeFile(file, `${ben}\n`);
    const words = [...review(other, '--correct', '--reason', 'saw the margin'), '--token-file', file];
    const corrected = JSON.parse(await system.retclip(...words));
    expect(corrected).toMatchObject({
      verdict: { reader: 'ben', corrects: second.verdict.id, reason: 'saw the margin' },
      review: null,
    });
    const [final] = await system.results('north');
    expect(final?.review).toMatchObject({ status: 'final', outcome: other });
    const operator = await retclip([...review('recall'), '--data', system.dataFolder]);
    expect(operator.code).toBe(3);
    expect(operator.stderr).toMatch(/is final/);
  });

  it('keeps hashes alone, for its owner alone', async () => {
    const token = await added('carla', '--operator');
    const readers = join(system.dataFolder, 'readers');
    expect((await stat(readers)).mode & 0o777).toBe(0o700);
    const names = await readdir(readers);
    const texts = await Promise.all(names.map((name) => readFile(join(readers, name), 'utf8')));
    const modes = await Promise.all(
      names.map(async (name) => (await stat(join(readers, name))).mode & 0o777),
    );
    expect([...names, ...texts].join()).not.toContain(token);
    expect(new Set(modes)).toEqual(new Set([0o600]));
    expect((await as(token, 'redrive', 'screening', '--program', 'north')).code).toBe(0);
    const list = await system.retclip('reader', 'list', '--json');
    expect(
      list
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { name: 'anna', role: 'reader' },
      { name: 'ben', role: 'blinded-reader' },
      { name: 'carla', role: 'operator' },
    ]);
    expect(list).not.toContain(token);
  });

  it('takes a token back while the system runs, and says which token was refused', async () => {
    const token = await added('dora');
    expect((await as(token, 'results', '--program', 'north')).code).toBe(0);
    await system.retclip('reader', 'remove', 'dora');
    const refused = await as(token, 'results', '--program', 'north');
    expect(refused.code).toBe(3);
    expect(refused.stderr).toMatch(/token that was sent is that of RETCLIP_TOKEN/);
  });

  it.each<[string, RegExp]>([
    ['add anna', /"anna" is there already/],
    ['add Anna', /"anna" is there already/],
    ['add operator', /own token/],
    ['add a/b', /cannot name a reader/],
    ['add eva --blinded --operator', /contradict/],
    ['remove nobody', /no reader "nobody".*"anna"/],
  ])('wrong use is 2: retclip reader %s', async (line, message) => {
    const { code, stderr } = await retclip(['reader', ...line.split(' '), '--data', system.dataFolder]);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  it.each([
    ['reader list --data @nowhere', /is no data folder.*retclip local/s],
    ['review A1/1 --program north --outcome refer --by anna', /who signed in.*reader add/s],
    ['worklist --program north --by anna', /who signed in/],
    ['review A1/1 --program north --outcome refer --correct', /--correct needs --reason/],
    ['review A1/1 --program north --outcome refer --reason x', /--reason belongs to --correct/],
    ['results --program north --token-file @nowhere', /nowhere" cannot be read/],
  ])('wrong use is 2: retclip %s', async (line, message) => {
    const words = line.replaceAll('@', `${folder}/`).split(' ');
    const { code, stderr } = await retclip(
      words.includes('--data') ? words : [...words, '--data', system.dataFolder],
    );
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});
