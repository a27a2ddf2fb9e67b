import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { z } from 'zod';
import { BASE_IMAGES, readLock } from '../lib/images/base-images.ts';
import { type Bill, type Component, PROJECT, packageName, packagePath } from './inventory.ts';

/** What leaves this project, each with its bill of materials: `sbom/dist/<name>.cdx.json`. */
export const SHIPPED = [
  'cli',
  'functions',
  'gpu-worker',
  'prepare',
  'rescore-worker',
  'screen',
  'search',
] as const;
export type Shipped = (typeof SHIPPED)[number];

/** Images run on one platform; the command's package on any. */
const PLATFORMS: Readonly<Partial<Record<Shipped, { readonly os: string; readonly cpu: string }>>> = {
  'gpu-worker': { os: 'linux', cpu: 'x64' },
  prepare: { os: 'linux', cpu: 'arm64' },
  'rescore-worker': { os: 'linux', cpu: 'x64' },
  screen: { os: 'linux', cpu: 'arm64' },
  search: { os: 'linux', cpu: 'arm64' },
};

/** Images of functions: their Dockerfiles lie beside the functions' code. */
const IMAGE_FUNCTIONS: readonly string[] = ['prepare', 'screen', 'search'] satisfies readonly Shipped[];

/** The only image that decodes pictures; the Dockerfiles of the others remove what does. */
const DECODES: Shipped = 'prepare';
const DECODER = /^(?:sharp$|@img\/)/;

/** npm takes one name, or a list. */
const namesSchema = z.union([z.string().transform((name) => [name]), z.array(z.string())]);

const lockSchema = z.object({
  packages: z.record(z.string(), z.looseObject({ os: namesSchema.optional(), cpu: namesSchema.optional() })),
});

/** Names of a list of npm's `os` or `cpu`: `!name` excludes one. */
function allows(names: readonly string[] | undefined, name: string): boolean {
  if (names === undefined) return true;
  const excluded = names.filter((one) => one.startsWith('!'));
  return excluded.length > 0 ? !excluded.includes(`!${name}`) : names.includes(name);
}

/** What a package needs, and what that needs, from the bill's own graph. */
function closure(bill: Bill, roots: readonly string[]): Set<string> {
  const needs = new Map(bill.dependencies.map(({ ref, dependsOn = [] }) => [ref, dependsOn]));
  const found = new Set<string>();
  const open = [...roots];
  for (let ref = open.pop(); ref !== undefined; ref = open.pop()) {
    if (found.has(ref)) continue;
    found.add(ref);
    open.push(...(needs.get(ref) ?? []));
  }
  return found;
}

async function ofCommand(bill: Bill): Promise<(component: Component) => boolean> {
  const manifest = JSON.parse(await readFile(join(PROJECT, 'cli/package.json'), 'utf8'));
  const direct = new Set(Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }));
  const isDirect = (component: Component) =>
    direct.has(packageName(component)) && packagePath(component) === `node_modules/${packageName(component)}`;
  const roots = bill.components.filter(isDirect).map((component) => component['bom-ref']);
  const missing = direct.size - roots.length;
  if (missing !== 0) throw new Error(`${missing} dependencies of cli/package.json are not in the lock file.`);
  const shipped = closure(bill, roots);
  return (component) => shipped.has(component['bom-ref']);
}

/** Packages whose code esbuild puts into the functions' bundles, as the stack has it bundle them. */
async function ofFunctions(): Promise<(component: Component) => boolean> {
  const folders = await readdir(join(PROJECT, 'functions'), { withFileTypes: true });
  const entryPoints: string[] = [];
  for (const { name } of folders) {
    const files = await readdir(join(PROJECT, 'functions', name)).catch((): string[] => []);
    if (files.includes('index.ts') && !IMAGE_FUNCTIONS.includes(name))
      entryPoints.push(`functions/${name}/index.ts`);
  }
  const { metafile } = await build({
    ...{ absWorkingDir: PROJECT, entryPoints, outdir: 'dist', bundle: true, write: false, metafile: true },
    ...{
      platform: 'node',
      format: 'esm',
      target: 'node24',
      mainFields: ['module', 'main'],
      logLevel: 'silent',
    },
  });
  const folder = /^((?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+)\//;
  const bundled = new Set(Object.keys(metafile.inputs).map((path) => folder.exec(path)?.[1]));
  return (component) => bundled.has(packagePath(component));
}

/** Packages that `npm ci --omit=dev` installs on the image's platform, and its Dockerfile leaves there. */
async function ofImage(shipped: Shipped): Promise<(component: Component) => boolean> {
  const { packages } = lockSchema.parse(
    JSON.parse(await readFile(join(PROJECT, 'package-lock.json'), 'utf8')),
  );
  const platform = PLATFORMS[shipped];
  if (platform === undefined) throw new Error(`"${shipped}" is no image.`);
  return (component) => {
    if (shipped !== DECODES && DECODER.test(packageName(component))) return false;
    const { os, cpu } = packages[packagePath(component)] ?? {};
    return allows(os, platform.os) && allows(cpu, platform.cpu);
  };
}

/** Images that an image is built on, as its Dockerfile names them. */
async function baseImages(shipped: Shipped): Promise<Component[]> {
  if (PLATFORMS[shipped] === undefined) return [];
  const folder = IMAGE_FUNCTIONS.includes(shipped) ? `functions/${shipped}` : shipped;
  const dockerfile = await readFile(join(PROJECT, folder, 'Dockerfile'), 'utf8');
  const { digests } = readLock();
  return Object.entries(BASE_IMAGES)
    .filter(([argument]) => dockerfile.includes(`FROM \${${argument}}`))
    .map(([, image]) => {
      const [, name = image, tag] = /^(.+):([^:/]+)$/.exec(image) ?? [];
      const version = digests[image] ?? tag;
      return { type: 'container', name, version, 'bom-ref': image };
    });
}

/**
 * The bill of materials of one thing that ships: the project's inventory without what is not in it.
 *
 * @param bill everything, by `inventory`
 */
export async function billOf(bill: Bill, shipped: Shipped): Promise<Bill> {
  const isShipped =
    shipped === 'cli'
      ? await ofCommand(bill)
      : shipped === 'functions'
        ? await ofFunctions()
        : await ofImage(shipped);
  const components = [...bill.components.filter(isShipped), ...(await baseImages(shipped))];
  const root = bill.metadata.component['bom-ref'];
  const refs = new Set([root, ...components.map((component) => component['bom-ref'])]);
  const dependencies = bill.dependencies
    .filter(({ ref }) => refs.has(ref))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((other) => refs.has(other)) }));
  const component = { ...bill.metadata.component, name: `retclip-screening/${shipped}` };
  return { ...bill, metadata: { ...bill.metadata, component }, components, dependencies };
}
