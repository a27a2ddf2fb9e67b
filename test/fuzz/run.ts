import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pLimit from 'p-limit';
import { fuzzReader, type Tally } from './fuzz.ts';
import { readers } from './readers/index.ts';

/**
 * `npm run fuzz -- --cases N [--seed S] [--reader NAME]`: so many mutations for each reader of strangers' bytes. What is
 * found is kept in `found/`, where the tests give it to its reader for ever. The last line is one JSON object.
 */
const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    reader: { type: 'string', multiple: true, default: [] },
  },
});
const cases = Number(values.cases);
if (!Number.isInteger(cases) || cases < 1)
  throw new Error(`Expected --cases with a whole number, not ${values.cases}.`);
const chosen = readers.filter(({ name }) => values.reader.length === 0 || values.reader.includes(name));
if (chosen.length === 0)
  throw new Error(`There is no such reader. These are: ${readers.map(({ name }) => name).join(', ')}`);

async function keep({ reader, findings, inputs }: Tally): Promise<void> {
  const folder = join(import.meta.dirname, 'found', reader);
  // Enough of one kind tells what is wrong.
  for (const [index, { sha256 }] of findings.slice(0, 5).entries()) {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `${sha256.slice(0, 16)}.bin`), inputs[index] ?? '');
  }
}

const limit = pLimit(Math.max(1, Math.min(4, availableParallelism() - 1)));
const began = Date.now();
const tallies = await Promise.all(
  chosen.map((reader) =>
    limit(async () => {
      const tally = await fuzzReader(reader, values.seed, cases);
      await keep(tally);
      const { name } = reader;
      process.stderr.write(
        `${name}: ${tally.cases} cases, ${tally.accepted} accepted, ${tally.refused} refused, ${tally.findings.length} findings\n`,
      );
      for (const { kind, what, sha256 } of tally.findings.slice(0, 3))
        process.stderr.write(
          `  ${kind} ${sha256.slice(0, 16)}: ${what.split('\n').slice(0, 6).join('\n    ')}\n`,
        );
      return tally;
    }),
  ),
);
const sum = (of: (tally: Tally) => number) => tallies.reduce((total, tally) => total + of(tally), 0);
const findings = sum((tally) => tally.findings.length);
process.stdout.write(
  `${JSON.stringify({ seed: values.seed, readers: tallies.length, cases: sum((tally) => tally.cases), accepted: sum((tally) => tally.accepted), refused: sum((tally) => tally.refused), findings, seconds: Math.round((Date.now() - began) / 1_000) })}\n`,
);
process.exitCode = findings === 0 ? 0 : 1;
