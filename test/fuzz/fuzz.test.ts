import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { caseInput, fuzzReader, tryInputs } from './fuzz.ts';
import { readers } from './readers/index.ts';

const FOUND = join(import.meta.dirname, 'found');
const FAULTY = fileURLToPath(new URL('./faulty-readers.ts', import.meta.url));
const SEED = 'every change';
/** Of each reader, at every change of the project; more by `npm run fuzz -- --cases N`. */
const CASES = 12;

async function foundInputs(reader: string): Promise<readonly (readonly [string, Buffer])[]> {
  const names = await readdir(join(FOUND, reader)).catch((): string[] => []);
  return Promise.all(names.map(async (name) => [name, await readFile(join(FOUND, reader, name))] as const));
}

describe.each(readers.map((reader) => [reader.name, reader] as const))('the reader of %s', (name, reader) => {
  it('takes or refuses what strangers send, within its time and memory, and what was once found', async () => {
    const seeds = await reader.seeds();
    const found = await foundInputs(name);
    const mutated = Array.from({ length: CASES }, (_, number) => caseInput(reader, seeds, SEED, number));
    const tally = await tryInputs(name, [...found.map(([, input]) => input), ...mutated]);
    expect(tally.findings).toEqual([]);
    expect(tally.accepted + tally.refused).toBe(found.length + CASES);
  });
});

it('every input that was found belongs to a reader', async () => {
  const names = readers.map(({ name }) => name);
  expect(
    (await readdir(FOUND)).filter((folder) => !names.includes(folder) && folder !== 'README.md'),
  ).toEqual([]);
  expect(new Set(names).size).toBe(names.length);
});

it('the same seed makes the same inputs', async () => {
  const [reader] = readers;
  if (reader === undefined) throw new Error('Expected a reader.');
  const seeds = await reader.seeds();
  const inputs = (seed: string) =>
    Array.from({ length: 20 }, (_, number) => caseInput(reader, seeds, seed, number).toString('hex'));
  expect(inputs('a')).toEqual(inputs('a'));
  expect(inputs('a')).not.toEqual(inputs('b'));
});

describe('the harness', () => {
  it.each([
    ['untyped', 'error'],
    ['slow', 'time'],
    ['greedy', 'memory'],
    ['exhausting', 'crash'],
    ['crashing', 'crash'],
  ])('finds a reader that is %s, and goes on', async (name, kind) => {
    const inputs = [Buffer.from('bad'), Buffer.from('good')];
    const { findings, accepted } = await tryInputs(name, inputs, FAULTY);
    expect(findings.map((finding) => finding.kind)).toEqual([kind]);
    expect(accepted).toBe(1);
  });

  it('finds nothing in a sound one', async () => {
    const { readers: faulty } = await import('./faulty-readers.ts');
    const [sound] = faulty;
    if (sound === undefined) throw new Error('Expected a reader.');
    const tally = await fuzzReader(sound, SEED, 10, FAULTY);
    expect(tally).toMatchObject({ cases: 10, findings: [] });
    expect(tally.refused).toBeGreaterThan(5);
  });
});
