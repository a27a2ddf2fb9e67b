import { execFile } from 'node:child_process';
import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { outcomeCodeSystem } from '../../cli/export/fhir/outcome-codes.ts';

const TARGET = fileURLToPath(new URL('target', import.meta.url));
const CLASSPATH = join(TARGET, 'classpath.txt');

/** Messages of one kind. */
export interface MessageKind {
  readonly severity: string;
  readonly count: number;
  readonly id: string;
  /** Where one of them is, and what it says. */
  readonly example: string;
}

export interface Verdict {
  readonly kinds: readonly MessageKind[];
  readonly bundles: number;
  /** Bundles with an error. */
  readonly invalid: number;
  readonly errors: number;
  readonly warnings: number;
}

/** Whether `test/fhir/run-tests` has built the validator here. */
export async function isBuilt(): Promise<boolean> {
  return access(CLASSPATH).then(
    () => true,
    () => false,
  );
}

function verdictOf(output: string): Verdict {
  const lines = output.trimEnd().split('\n');
  const counts = /^bundles=(\d+) invalid=(\d+) errors=(\d+) warnings=(\d+)$/.exec(lines.pop() ?? '');
  if (counts === null) throw new Error(`The validator did not come to its end:\n${output}`);
  const [bundles = 0, invalid = 0, errors = 0, warnings = 0] = counts.slice(1).map(Number);
  const kinds = lines.map((line) => {
    const [severity = '', count = '', id = '', example = ''] = line.split('\t');
    return { severity, count: Number(count), id, example };
  });
  return { kinds, bundles, invalid, errors, warnings };
}

/**
 * Validates NDJSON files of bundles by HL7's instance validator.
 *
 * @param folder for the files that it needs
 * @throws Error if it did not come to its end
 */
export async function validate(folder: string, files: readonly string[]): Promise<Verdict> {
  const codeSystems = join(folder, 'code-systems.ndjson');
  await writeFile(codeSystems, `${JSON.stringify(outcomeCodeSystem())}\n`);
  const classpath = [join(TARGET, 'classes'), (await readFile(CLASSPATH, 'utf8')).trim()].join(':');
  const output = await new Promise<string>((resolve, reject) => {
    const words = ['-Xmx1g', '-cp', classpath, 'ValidateBundles', codeSystems, ...files];
    execFile('java', words, { maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      // 1: there are errors, which the verdict tells.
      if (error !== null && error.code !== 1) reject(new Error(`${error.message}\n${stderr}`));
      else resolve(stdout);
    });
  });
  return verdictOf(output);
}

/** The verdict as a table for the log. */
export function verdictText({ kinds, bundles, invalid, errors, warnings }: Verdict): string {
  return [
    `HAPI's validator: ${bundles} bundles, ${invalid} invalid, ${errors} errors, ${warnings} warnings`,
    ...kinds.map(({ severity, count, id, example }) => `  ${severity} × ${count}: ${id}\n    ${example}`),
  ].join('\n');
}
