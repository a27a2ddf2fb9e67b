import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';

export const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const CYCLONEDX = join(PROJECT, 'node_modules/@cyclonedx/cyclonedx-npm/bin/cyclonedx-npm-cli.js');

const licenceSchema = z.union([
  z.looseObject({ license: z.looseObject({ id: z.string().optional(), name: z.string().optional() }) }),
  z.looseObject({ expression: z.string() }),
]);

const componentSchema = z.looseObject({
  type: z.string(),
  name: z.string(),
  group: z.string().optional(),
  version: z.string().optional(),
  'bom-ref': z.string(),
  licenses: z.array(licenceSchema).optional(),
  properties: z.array(z.object({ name: z.string(), value: z.string() })).optional(),
});
export type Component = Readonly<z.infer<typeof componentSchema>>;

const billSchema = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.string(),
  metadata: z.looseObject({ component: z.looseObject({ name: z.string(), 'bom-ref': z.string() }) }),
  components: z.array(componentSchema),
  dependencies: z.array(z.looseObject({ ref: z.string(), dependsOn: z.array(z.string()).optional() })),
});
/** A CycloneDX bill of materials. @see https://cyclonedx.org/docs/1.6/json/ */
export type Bill = Readonly<z.infer<typeof billSchema>>;

/**
 * Everything that the project depends on when it runs, on any platform, as the lock file has it: by CycloneDX's own tool
 * for npm, which validates what it writes.
 */
export async function inventory(): Promise<Bill> {
  const folder = await mkdtemp(join(tmpdir(), 'sbom-'));
  const file = join(folder, 'bill.json');
  try {
    const words = ['--omit', 'dev', '--package-lock-only', '--flatten-components', '--output-reproducible'];
    await promisify(execFile)(
      process.execPath,
      [CYCLONEDX, ...words, '--spec-version', '1.6', '--validate', '--output-file', file],
      { cwd: PROJECT },
    );
    return billSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Name of a package as npm has it: `@scope/name`. */
export function packageName({ group, name }: Component): string {
  return group === undefined ? name : `${group}/${name}`;
}

/** Where a package lies in an installation: `node_modules/…`. */
export function packagePath({ properties = [] }: Component): string {
  return properties.find(({ name }) => name === 'cdx:npm:package:path')?.value ?? '';
}

/** The licence that a package states, as an SPDX expression; `null` if it states none. */
export function licenceOf({ licenses = [] }: Component): string | null {
  const stated = licenses.map((one) =>
    'license' in one
      ? String((one.license as { id?: string; name?: string }).id ?? (one.license as { name?: string }).name)
      : String(one.expression),
  );
  return stated.length === 0
    ? null
    : stated.map((text) => (/ /.test(text) ? `(${text})` : text)).join(' AND ');
}
