import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type Head, headId, parseHead, refuseForeignHead } from '../../core/heads/head.ts';
import type { OutcomePolicy } from '../../core/policies/index.ts';
import { BundleError } from '../errors.ts';
import type { Precision } from '../onnx/layers.ts';
import { uncoveredFile } from './covered-files.ts';
import {
  bundleId,
  FUSION_FILE,
  MANIFEST_FILE,
  type Manifest,
  manifestSchema,
  REFERENCE_FILE,
  TEXT_FILE,
  VOCABULARY_FILE,
} from './manifest.ts';
import { readPolicies } from './read-policies.ts';
import { type BundleFolder, verifiedFile } from './verified-file.ts';

/** A model bundle on disk: a manifest that is sound, heads that fit it, files of the sizes it says. */
export interface Bundle extends BundleFolder {
  readonly heads: readonly (Head & { readonly id: string })[];
  /** Named policies for these heads. */
  readonly policies: readonly (OutcomePolicy & { readonly name: string })[];
}

async function readManifest(directory: string): Promise<Manifest> {
  const file = join(directory, MANIFEST_FILE);
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new BundleError(
      `"${directory}" is no model bundle: "${MANIFEST_FILE}" is missing or damaged. Make one: retclip model import CHECKPOINT --vocab V --out DIR`,
      { cause: error },
    );
  }
  const parsed = manifestSchema.safeParse(content);
  if (!parsed.success) throw new BundleError(`"${file}" is not sound: ${z.prettifyError(parsed.error)}`);
  const manifest = parsed.data;
  const objection = uncoveredFile(manifest);
  if (objection !== null) {
    throw new BundleError(
      `"${file}" is not sound: ${objection}, so the bundle's id would not cover it. Import the checkpoint again.`,
    );
  }
  const id = bundleId(manifest);
  if (id !== manifest.id) {
    throw new BundleError(
      `"${file}" says id ${manifest.id.slice(0, 12)}… but its content has ${id.slice(0, 12)}…: it was changed after it was made. Import the checkpoint again.`,
    );
  }
  return manifest;
}

/** Which files a reader of a bundle needs. */
export interface OpenBundleOptions {
  /** Whether the text tower is wanted; `true` unless told. A worker that only screens does without it. */
  readonly text?: boolean;
  /** Whether what sees photographs is wanted; `true` unless told. A reader that only encodes texts does without it. */
  readonly vision?: boolean;
  /** Nothing but what sees photographs before the model does. */
  readonly only?: 'detector';
}

const TEXT_FILES: ReadonlySet<string> = new Set([TEXT_FILE, VOCABULARY_FILE, REFERENCE_FILE]);

/** Names of the files that must be there. */
export function neededFiles(manifest: Manifest, options: OpenBundleOptions): string[] {
  const { text = true, vision = true, only } = options;
  if (only !== undefined) return manifest.detector === undefined ? [] : [manifest.detector.graph];
  const graphs = new Set([FUSION_FILE, ...Object.values(manifest.variants).map((variant) => variant.vision)]);
  // A graph's weights beside it go where it goes.
  const owner = (name: string) => name.replace(/\.data$/, '');
  return Object.keys(manifest.files).filter(
    (name) => (text || !TEXT_FILES.has(owner(name))) && (vision || !graphs.has(owner(name))),
  );
}

async function refuseOtherSizes(
  directory: string,
  manifest: Manifest,
  options: OpenBundleOptions,
): Promise<void> {
  for (const name of neededFiles(manifest, options)) {
    const bytes = manifest.files[name]?.bytes;
    const found = await stat(join(directory, name)).catch(() => undefined);
    if (found?.size !== bytes) {
      const what = found === undefined ? 'is missing' : `has ${found.size} bytes instead of ${bytes}`;
      throw new BundleError(
        `File "${name}" of bundle "${directory}" ${what}. Copy the bundle again, or import it again.`,
      );
    }
  }
}

async function readHeads(directory: string, manifest: Manifest): Promise<Bundle['heads']> {
  return Promise.all(
    manifest.heads.map(async ({ name, id, file }) => {
      const path = join(directory, file);
      const head = parseHead(await readFile(path, 'utf8'), path);
      if (head.name !== name || headId(head) !== id) {
        throw new BundleError(
          `Head "${path}" is not the one that the bundle names: it was changed after it was added.`,
        );
      }
      refuseForeignHead(head, manifest.geometry.embedding, manifest.id);
      return { ...head, id };
    }),
  );
}

/**
 * Opens a bundle: checks its manifest, the sizes of its files, its heads and policies. Contents are checked by `verifyHashes`.
 *
 * @throws BundleError, HeadError naming the file at fault
 * @example
 * const { manifest } = await openBundle('bundles/default');
 */
export async function openBundle(directory: string, options: OpenBundleOptions = {}): Promise<Bundle> {
  const manifest = await readManifest(directory);
  await refuseOtherSizes(directory, manifest, options);
  if (options.only !== undefined) return { directory, manifest, heads: [], policies: [] };
  const heads = await readHeads(directory, manifest);
  return { directory, manifest, heads, policies: await readPolicies(directory, manifest) };
}

/**
 * Reads every file of a bundle and compares its SHA-256.
 *
 * @throws BundleError naming the first file that was changed
 */
export async function verifyHashes(
  { directory, manifest }: Bundle,
  options: OpenBundleOptions = {},
): Promise<void> {
  for (const name of neededFiles(manifest, options)) await verifiedFile({ directory, manifest }, name);
}

/**
 * Name of the vision graph in a precision.
 *
 * @throws BundleError if the bundle was made without it
 */
export function visionFileName({ directory, manifest }: Bundle, precision: Precision): string {
  const variant = manifest.variants[precision];
  if (variant === undefined) {
    const present = Object.keys(manifest.variants).join(', ');
    throw new BundleError(
      `Bundle "${directory}" has no ${precision} variant, only ${present}. Import it with --precision ${precision}.`,
    );
  }
  return variant.vision;
}
