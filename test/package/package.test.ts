import { execFile } from 'node:child_process';
import { access, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unexpectedFiles } from './packed-files.ts';

const run = promisify(execFile);
const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** Unpacked. The default model is 24 MB of it. */
const MOST_BYTES = 32e6;

async function json(file: string) {
  return JSON.parse(await readFile(join(PROJECT, file), 'utf8'));
}

/** The first Node on the path that is older than the one that the command is written for. */
async function olderNode(): Promise<string | null> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const node = join(folder, 'node');
    const version = await run(node, ['--version']).catch(() => null);
    const major = Number(/^v(\d+)/.exec(version?.stdout ?? '')?.[1]);
    if (major >= 20 && major < 24) return node;
  }
  return null;
}

const older = await olderNode();
if (older === null) {
  console.warn('SKIPPED: no Node from 20 to 23 is on the path, so the package is not tried by one.');
}

/** npm as a user calls it: with nothing that the npm of this run has set. */
const userEnvironment = () =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));

/** Packing builds inside the checkout: a copy of it keeps that from tests that read the checkout meanwhile. */
async function copyCheckout(to: string): Promise<void> {
  await mkdir(to);
  for (const name of await readdir(PROJECT)) {
    if (['node_modules', '.git', '.cache', 'cdk.out', 'coverage', 'data', 'shared'].includes(name)) continue;
    await cp(join(PROJECT, name), join(to, name), { recursive: true });
  }
  await symlink(join(PROJECT, 'node_modules'), join(to, 'node_modules'));
}

describe('the manifest of the command', () => {
  it('has the version, and the versions of packages, that the project has', async () => {
    const [root, cli] = [await json('package.json'), await json('cli/package.json')];
    expect(cli.version).toBe(root.version);
    expect(cli.engines).toEqual(root.engines);
    expect(cli.optionalDependencies).toEqual(root.optionalDependencies);
    for (const [name, version] of Object.entries(cli.dependencies)) {
      expect(`${name} ${version}`).toBe(`${name} ${root.dependencies[name]}`);
    }
  });
});

describe('the package of the command, installed', () => {
  let folder: string;
  let installed: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'package-'));
    await copyCheckout(join(folder, 'checkout'));
    const env = userEnvironment();
    const words = ['pack', '--pack-destination', folder];
    await run('npm', words, { cwd: join(folder, 'checkout/cli'), env, maxBuffer: 1 << 26 });
    const [tarball = 'none'] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
    await mkdir(join(folder, 'empty'));
    const install = ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
    await run('npm', [...install, join(folder, tarball)], { cwd: join(folder, 'empty'), env });
    installed = join(folder, 'empty/node_modules/.bin/retclip');
  }, 600_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('leaves the checkout as it was', async () => {
    await expect(access(join(folder, 'checkout/cli/dist'))).rejects.toThrow();
  });

  it('ships compiled modules, the default model and its licence, and nothing else', async () => {
    const packed = join(folder, 'empty/node_modules/retclip');
    const entries = await readdir(packed, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    const names = files.map(({ parentPath, name }) => relative(packed, join(parentPath, name)));
    expect(unexpectedFiles(names)).toEqual([]);
    expect(names).toEqual(
      expect.arrayContaining([
        'dist/LICENSE',
        'dist/bundles/default/model.json',
        'dist/reading-room/dist/index.html',
        'dist/reading-room/dist/licences.md',
      ]),
    );
    const sizes = await Promise.all(names.map(async (name) => (await stat(join(packed, name))).size));
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(MOST_BYTES);
  });

  const nodes = [process.execPath, ...(older === null ? [] : [older])];
  it.each(nodes)('tells its version and screens a cohort, by %s', async (node) => {
    const version = await run(node, [installed, '--version']);
    expect(version.stdout.trim()).toBe((await json('package.json')).version);
    const env = { ...userEnvironment(), NO_COLOR: '1' };
    const { stdout } = await run(node, [installed, 'demo', '--exams', '2', '--json'], { cwd: folder, env });
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ patient }) => patient)).toEqual(['phantom-000000', 'phantom-000001']);
    for (const { findings, eyes } of lines) {
      expect(findings.length).toBeGreaterThan(0);
      expect([eyes.left?.gradable, eyes.right?.gradable]).toEqual([true, true]);
    }
  });
});

describe('what a package may hold', () => {
  it.each([
    'dist/core/exams/outcome.ts',
    'dist/core/testing/records.js',
    'dist/core/exams/life-cycle.test.js',
    'dist/training/errors.py',
    'dist/test/system/retclip.js',
    'dist/bundles/default/checkpoint.pt',
    '.env',
  ])('is not %s', (name) => expect(unexpectedFiles([name, 'launcher.js'])).toEqual([name]));
});

describe('a package that npm made without running its script', () => {
  it('says how it is made', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'package-bare-'));
    try {
      const words = ['pack', '--ignore-scripts', '--pack-destination', folder];
      await run('npm', words, { cwd: join(PROJECT, 'cli'), env: userEnvironment() });
      await run('tar', ['-xzf', 'retclip-0.1.0.tgz'], { cwd: folder });
      const launched = run(process.execPath, [join(folder, 'package/launcher.js'), '--version']);
      await expect(launched).rejects.toMatchObject({
        code: 3,
        stderr: expect.stringMatching(/cd cli && npm pack/),
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
