import { execFile } from 'node:child_process';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { build as buildPages } from 'vite';
import manifest from '../package.json' with { type: 'json' };

const run = promisify(execFile);
const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
const dist = resolve(here, '../dist');

/** What a module finds beside itself, by its URL. */
const BESIDE = /new URL\(\s*["'](\.{1,2}\/[^"']+)["'],\s*import\.meta\.url\s*\)/g;

/** Compiles the command and what it starts, into the folders of the checkout. @returns the names of the modules */
async function compile(): Promise<string[]> {
  const compiler = join(root, 'node_modules/.bin/tsc');
  await run(compiler, ['-p', join(here, 'tsconfig.json')]).catch((error: { stdout?: string }) => {
    throw new Error(`The command does not compile:\n${error.stdout || error}`);
  });
  return (await readdir(dist, { recursive: true })).filter((name) => name.endsWith('.js'));
}

/** @throws Error naming the package that an installed command would miss */
async function requirePackages(modules: readonly string[]): Promise<void> {
  const { metafile } = await build({
    ...{ entryPoints: modules.map((name) => join(dist, name)), outdir: dist },
    ...{ bundle: true, packages: 'external', platform: 'node', format: 'esm' },
    ...{ write: false, metafile: true, logLevel: 'silent' },
  });
  const named = new Set(Object.keys(manifest.dependencies));
  for (const [file, { imports }] of Object.entries(metafile.inputs)) {
    for (const { path, external } of imports) {
      const name = path.split('/').slice(0, path.startsWith('@') ? 2 : 1);
      if (external !== true || isBuiltin(path) || named.has(name.join('/'))) continue;
      throw new Error(`"${file}" needs "${path}": name it in the dependencies of cli/package.json.`);
    }
  }
}

/** The compiler renames imports but not URLs, and copies modules only. */
async function bringWhatLiesBeside(modules: readonly string[]): Promise<void> {
  const present = new Set(modules);
  for (const module of modules) {
    const source = await readFile(join(dist, module), 'utf8');
    const text = source.replace(BESIDE, (url) => url.replace(/\.ts(["'])/, '.js$1'));
    if (text !== source) await writeFile(join(dist, module), text);
    for (const [, url] of text.matchAll(BESIDE)) {
      const target = join(dirname(module), String(url));
      if (present.has(target)) continue;
      if (target.endsWith('.js'))
        throw new Error(`"${module}" starts "${target}": name it in the files of cli/pack/tsconfig.json.`);
      await cp(join(root, target), join(dist, target), { recursive: true });
    }
  }
}

// Makes cli/dist, what `npm pack` ships: the command and all that it runs as JavaScript, since Node strips no types in
// installed packages, with the default model and the pages of the reading room.
await rm(dist, { recursive: true, force: true });
const modules = await compile();
await requirePackages(modules);
await buildPages({ root: join(root, 'reading-room'), logLevel: 'error' });
await bringWhatLiesBeside(modules);
await cp(join(root, 'LICENSE'), join(dist, 'LICENSE'));
