import { basename } from 'node:path';
import { CheckpointMismatchError, UntoldWeightsError } from '../errors.ts';
import type { TensorArchive, TensorDescription } from './weights.ts';

/** Wrappers of parallel training, once or several times before a name. */
const PARALLEL_TRAINING_PREFIX = 'module.';
/** What `torch.compile` puts into names, wherever a compiled module stands. */
const COMPILED = /(^|\.)_orig_mod\./g;
/** Tensors that every RET-CLIP model has one of: what stands before their names stands before all. */
export const RETCLIP_MARKERS: readonly (readonly string[])[] = [
  ['visual.conv1.weight', 'visual.stem.conv.weight'],
  ['bert.embeddings.word_embeddings.weight'],
];
/** Keys that a message lists before the rest is counted. */
const LISTED = 12;

/** A tensor by its model's own name, and by its name in the file. */
export interface StoredTensor extends TensorDescription {
  readonly fileName: string;
}

function uncompiled(name: string): string {
  return name.replaceAll(COMPILED, '$1');
}

/** What stands before the names of a marker, wherever it is found. */
function rootsOf(names: readonly string[], markers: readonly string[]): Set<string> {
  return new Set(
    names.flatMap((name) => {
      const marker = markers.find((one) => name === one || name.endsWith(`.${one}`));
      return marker === undefined ? [] : [name.slice(0, name.length - marker.length)];
    }),
  );
}

/** Names of sets as `--key` takes them. */
function keyOf(root: string): string {
  return root === '' ? '.' : root.slice(0, -1);
}

/** The keys of a file, for messages: a flat file's names by what they begin with. */
export function keysSeen({ keys }: TensorArchive): string {
  const counts = new Map<string, number>();
  for (const key of keys) {
    const [begin = key] = key.split('.');
    counts.set(begin, (counts.get(begin) ?? 0) + 1);
  }
  const listed = [...counts].map(([begin, count]) => (count === 1 ? begin : `${begin}.… (${count})`));
  const more = listed.length > LISTED ? ` and ${listed.length - LISTED} more` : '';
  return listed.length === 0 ? 'none' : `${listed.slice(0, LISTED).join(', ')}${more}`;
}

function listOf(roots: readonly string[]): string {
  return roots.map((root) => `--key ${keyOf(root)}`).join(' or ');
}

/** The set that its owner names. */
function toldRoot(path: string, roots: readonly string[], key: string): string {
  const exact = roots.find((root) => keyOf(root) === key);
  const within = roots.filter((root) => root.startsWith(`${key}.`));
  const [only] = within;
  if (exact !== undefined) return exact;
  if (within.length === 1 && only !== undefined) return only;
  const choice = within.length > 1 ? within : roots;
  throw new UntoldWeightsError(
    `"${path}" has ${within.length > 1 ? 'several sets' : 'no set'} of weights under "${key}". Say ${listOf(choice)}.`,
  );
}

/** @throws CheckpointMismatchError if there is none; UntoldWeightsError if there are several and none is told */
function chooseRoot(
  archive: TensorArchive,
  names: readonly string[],
  markers: readonly (readonly string[])[],
  key: string | undefined,
): { readonly root: string; readonly others: readonly string[] } {
  const each = markers.map((ones) => rootsOf(names, ones));
  const all = [...new Set(each.flatMap((roots) => [...roots]))];
  const complete = all.filter((root) => each.every((roots) => roots.has(root)));
  const roots = complete.length > 0 ? complete : all;
  const [first] = roots;
  if (first === undefined) {
    const isShard = /-\d{5}-of-\d{5}\./.test(basename(archive.path));
    const hint = isShard ? ' It is one of several files: name their index, *.index.json.' : '';
    throw new CheckpointMismatchError(
      `"${archive.path}" has no weights of a model that is read here: no name ends in ${markers.map(([name]) => `"${name}"`).join(' or ')}. Keys seen: ${keysSeen(archive)}.${hint}`,
    );
  }
  if (key === undefined && roots.length > 1) {
    throw new UntoldWeightsError(
      `"${archive.path}" holds ${roots.length} sets of weights. Say which: ${listOf(roots)}. Keys seen: ${keysSeen(archive)}.`,
    );
  }
  const root = key === undefined ? first : toldRoot(archive.path, roots, key);
  return { root, others: all.filter((other) => other !== root) };
}

/**
 * The tensors of one model in a file, by the model's own names: without the dictionaries around them, and without what
 * parallel training, Lightning, DeepSpeed and `torch.compile` put before them.
 *
 * @param markers groups of tensors, of each of which the model has one; of two that end alike, the longer first
 * @param key what stands before the names of the wanted set, as its owner says
 * @throws UntoldWeightsError if there are several sets and none is told, or not the one that is told
 * @throws CheckpointMismatchError if there is none, naming the keys that were seen, or two tensors have one name
 */
export function weightSet(
  archive: TensorArchive,
  markers: readonly (readonly string[])[],
  key?: string,
): ReadonlyMap<string, StoredTensor> {
  const names = [...archive.tensors.keys()].map(uncompiled);
  const { root, others } = chooseRoot(archive, names, markers, key);
  const named = new Map<string, StoredTensor>();
  for (const [fileName, tensor] of archive.tensors) {
    let name = uncompiled(fileName);
    if (!name.startsWith(root)) continue;
    if (others.some((other) => other.startsWith(root) && name.startsWith(other))) continue;
    name = name.slice(root.length);
    while (name.startsWith(PARALLEL_TRAINING_PREFIX)) name = name.slice(PARALLEL_TRAINING_PREFIX.length);
    if (named.has(name))
      throw new CheckpointMismatchError(`"${archive.path}" has the tensor "${name}" twice.`);
    named.set(name, { ...tensor, name, fileName });
  }
  return named;
}
