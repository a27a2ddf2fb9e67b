import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PROJECT_ROOT } from '../../../lib/project-root.ts';
import { EmulatorError } from '../errors.ts';

const run = promisify(execFile);
const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt');
const CACHE = join(PROJECT_ROOT, '.cache', 'aws-emulator');

async function isInstalled(environment: string): Promise<boolean> {
  const read = (file: string) => readFile(file, 'utf8').catch(() => undefined);
  return (await read(join(environment, 'requirements.txt'))) === (await read(REQUIREMENTS));
}

/**
 * Installs ministack from PyPI into a virtual environment of its own, once for each list of versions.
 *
 * @returns the environment's Python
 * @throws EmulatorError if Python 3.10 or newer with venv is missing, or PyPI cannot be reached
 */
export async function installMinistack(): Promise<string> {
  const environment = join(CACHE, 'venv');
  const python = join(environment, 'bin', 'python');
  if (await isInstalled(environment)) return python;
  const partial = `${environment}.${process.pid}`;
  await mkdir(CACHE, { recursive: true });
  try {
    await run('python3', ['-m', 'venv', '--copies', partial]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps'];
    await run(join(partial, 'bin', 'python'), [...pip, '--requirement', REQUIREMENTS]);
    await copyFile(REQUIREMENTS, join(partial, 'requirements.txt'));
    await rm(environment, { recursive: true, force: true });
    await rename(partial, environment).catch(async (error: Error) => {
      // Another test was faster.
      if (!(await isInstalled(environment))) throw error;
    });
  } catch (error) {
    throw new EmulatorError(
      `The AWS emulator could not be installed: ${(error as Error).message} It takes Python 3.10 or newer with venv, and PyPI at the first run.`,
      { cause: error },
    );
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return python;
}
