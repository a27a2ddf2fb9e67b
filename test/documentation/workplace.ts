import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { writeCohort } from '../../phantoms/index.ts';
import { RunningSystem } from '../system/running-system.ts';
import { blocksOf, PROJECT, textOf } from './documented-commands.ts';

const run = promisify(execFile);
const PATIENTS = 14;

/** What a reader's shell has: nothing of the npm and the test runner that this process was started by. */
function readersEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(?:npm_|VITEST|NODE_ENV$|RETCLIP_)/.test(name),
  );
  const path = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.endsWith('node_modules/.bin'));
  return { ...Object.fromEntries(own), PATH: path.join(delimiter), NO_COLOR: '1' };
}

/** A line's command that ended with another code than 0. */
export class CommandFailedError extends Error {}

/**
 * Where documented commands are run: a folder for each page, with the files that the pages speak of, and one system on
 * `./data` for all of them.
 */
export class Workplace {
  readonly #folder: string;
  #system: RunningSystem | undefined;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(): Promise<Workplace> {
    const folder = await mkdtemp(join(tmpdir(), 'documentation-'));
    const workplace = new Workplace(folder);
    await workplace.#prepare();
    return workplace;
  }

  /** Files that a reader brings along. */
  async #prepare(): Promise<void> {
    const given = join(this.#folder, 'given');
    await mkdir(given);
    for (const [name, seed, exams] of [
      ['FOLDER', 'documentation', PATIENTS],
      ['LATER', 'later', 2],
    ] as const) {
      await writeCohort(join(given, name), { exams, seed, size: 256 });
      for (const file of ['truth.csv', 'truth.json']) await rm(join(given, name, file));
    }
    await this.#prepareUploads(given);
    const [left = '', right = ''] = (await readdir(join(given, 'FOLDER'))).sort();
    await cp(join(given, 'FOLDER', left), join(given, 'L.jpg'));
    await cp(join(given, 'FOLDER', right), join(given, 'R.jpg'));
    const rows = Array.from({ length: PATIENTS }, (_, index) => {
      const patient = `phantom-${String(index).padStart(6, '0')}`;
      return [patient, index % 2, Number(index % 3 === 0), 40 + index, index % 2 ? 'male' : 'female'].join();
    });
    await writeFile(join(given, 'labels.csv'), `patient,glaucoma,cataract,age,sex\n${rows.join('\n')}\n`);
    const prompts = blocksOf('docs/heads.md', await textOf('docs/heads.md')).find(({ text }) =>
      text.includes('"positive"'),
    );
    await writeFile(join(given, 'prompts.json'), String(prompts?.text));
    await cp(join(PROJECT, 'bundles/default/heads/odir.json'), join(given, 'head.json'));
    const make = ['model/checkpoint/testing/make.ts', '--geometry', 'tiny'];
    const words = [...make, '--out', join(given, 'ret-clip.pt'), '--vocabulary', join(given, 'vocab.txt')];
    await run(process.execPath, words, { cwd: PROJECT });
  }

  /** What docs/upload.md sends: photographs of a table, and of clinics that have names of their own. */
  async #prepareUploads(given: string): Promise<void> {
    await writeCohort(join(given, 'CLINICS', 'drawn'), { exams: 1, seed: 'clinics', size: 256 });
    await mkdir(join(given, 'CLINICS', 'harbour'));
    await writeCohort(join(given, 'listed'), { exams: 1, seed: 'listed', size: 256 });
    const rows = ['program,patient,exam,laterality,path'];
    for (const eye of ['left', 'right']) {
      const drawn = join(given, 'CLINICS', 'drawn', `phantom-000000_${eye}.jpg`);
      await cp(drawn, join(given, 'CLINICS', 'harbour', `K7_2026-05-01_${eye}_1.jpg`));
      rows.push(`north,K8,2026-05-02,${eye},listed/phantom-000000_${eye}.jpg`);
    }
    await rm(join(given, 'CLINICS', 'drawn'), { recursive: true });
    await writeFile(join(given, 'manifest.csv'), `${rows.join('\n')}\n`);
  }

  /** The folder of a page, made when it is first asked for. */
  async folderOf(page: string): Promise<string> {
    const folder = join(this.#folder, page.replaceAll('/', '-'));
    const made = await mkdir(folder, { recursive: true });
    if (made === undefined) return folder;
    await cp(join(this.#folder, 'given'), folder, { recursive: true });
    await mkdir(join(folder, 'bundles'));
    await symlink(join(PROJECT, 'bundles/default'), join(folder, 'bundles/default'));
    await symlink(join(this.#folder, 'data'), join(folder, 'data'));
    for (const name of ['node_modules', 'package.json', 'phantoms', 'core', 'model']) {
      await symlink(join(PROJECT, name), join(folder, name)).catch(() => undefined);
    }
    return folder;
  }

  /** Starts the system as a documented line of `retclip local` says. */
  async serve(page: string, model: string | undefined): Promise<void> {
    await this.#system?.stop();
    const folder = await this.folderOf(page);
    this.#system = new RunningSystem(join(this.#folder, 'data'));
    await this.#system.start(model === undefined ? undefined : join(folder, model));
    const token = join(this.#folder, 'reader-token');
    if (await readFile(token).catch(() => null)) return;
    await writeFile(
      token,
      JSON.parse(await this.#system.retclip('reader', 'add', 'dr-chen', '--json')).token,
    );
  }

  get system(): RunningSystem {
    if (this.#system === undefined) throw new Error('No system was started.');
    return this.#system;
  }

  /**
   * Runs lines by one shell, as a reader would paste them.
   *
   * @returns what they printed
   * @throws CommandFailedError naming the line that failed, with what it said
   */
  async run(page: string, lines: readonly string[]): Promise<string> {
    const script = ['set -euo pipefail', 'trap \'echo "failed: $BASH_COMMAND" >&2\' ERR', ...lines].join(
      '\n',
    );
    try {
      const options = { cwd: await this.folderOf(page), env: readersEnvironment(), maxBuffer: 1 << 26 };
      return (await run('bash', ['-c', script], options)).stdout;
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      throw new CommandFailedError(`${basename(page)}: ${stderr}\n${stdout.slice(-2_000)}`, { cause: error });
    }
  }

  async read(page: string, file: string): Promise<string> {
    return readFile(join(await this.folderOf(page), file), 'utf8');
  }

  async close(): Promise<void> {
    await this.#system?.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
