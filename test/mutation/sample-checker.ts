import { readFile } from 'node:fs/promises';
import type { Checker, CheckResult } from '@stryker-mutator/api/check';
import type { Mutant } from '@stryker-mutator/api/core';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import { identityOf } from './sampled-mutants.ts';

/** Names the file that lists the sampled mutants; a checker runs in a process of its own. */
export const SAMPLE_FILE_VARIABLE = 'RETCLIP_MUTATION_SAMPLE';

// The values of Stryker's `CheckStatus`, a const enum, which type stripping cannot read.
const PASSED = 'passed' as CheckResult['status'];
const LEFT_OUT = 'compileError' as CheckResult['status'];

/** A checker of Stryker's that lets only the sampled mutants run. */
class SampleChecker implements Checker {
  #sample: ReadonlySet<string> = new Set();

  async init(): Promise<void> {
    this.#sample = new Set(JSON.parse(await readFile(process.env[SAMPLE_FILE_VARIABLE] ?? '', 'utf8')));
  }

  async group(mutants: Mutant[]): Promise<string[][]> {
    return [mutants.map(({ id }) => id)];
  }

  async check(mutants: Mutant[]): Promise<Record<string, CheckResult>> {
    const answers = mutants.map((mutant): [string, CheckResult] => [
      mutant.id,
      (this.#sample.has(identityOf(mutant))
        ? { status: PASSED }
        : { status: LEFT_OUT, reason: 'not in the sample' }) as CheckResult,
    ]);
    return Object.fromEntries(answers);
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Checker, 'sample', SampleChecker)];
