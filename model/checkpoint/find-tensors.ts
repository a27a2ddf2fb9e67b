import { CheckpointMismatchError, UnreadableFileError } from '../errors.ts';
import { freeBuffer } from '../free-buffer.ts';
import { elementsOf } from './element-types.ts';
import type { CanonicalTensor, Source } from './tensors/canonical-tensor.ts';
import { isUnused } from './tensors/canonical-tensors.ts';
import type { StoredTensor } from './weight-set.ts';
import type { NamedTensors, TensorArchive } from './weights.ts';

/** Problems named one by one before the rest is counted. */
const NAMED = 8;

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** The shape of a source's tensors put below each other; `null` if they do not fit. */
function joinedShape(parts: readonly StoredTensor[]): readonly number[] | null {
  const [first, ...rest] = parts;
  if (first === undefined) return null;
  if (rest.length === 0) return first.shape;
  const [, ...row] = first.shape;
  const fits = rest.every((part) => sameShape(part.shape.slice(1), row));
  return fits ? [parts.reduce((rows, part) => rows + (part.shape[0] ?? 0), 0), ...row] : null;
}

/** Finds where a canonical tensor lies in the file. @returns a problem, in words, if it does not */
function locate(
  tensor: CanonicalTensor,
  named: ReadonlyMap<string, StoredTensor>,
): readonly StoredTensor[] | string {
  const present = (source: Source): StoredTensor[] => source.flatMap((name) => named.get(name) ?? []);
  const source = tensor.sources.find((candidate) => present(candidate).length === candidate.length);
  if (source === undefined) {
    const partly = tensor.sources.find((candidate) => present(candidate).length > 0);
    const missing = (partly ?? tensor.sources[0] ?? []).filter((name) => !named.has(name));
    return `"${missing.join('", "')}" is missing`;
  }
  const parts = present(source);
  const shape = joinedShape(parts);
  // PyTorch writes a single number with or without an axis.
  const isScalar = tensor.shape.length === 0 && shape !== null && elementsOf(shape) === 1;
  if (shape !== null && (isScalar || sameShape(shape, tensor.shape))) return parts;
  const received = parts.map((part) => `"${part.name}" has the shape [${part.shape}]`).join(', ');
  return `${received}; expected [${tensor.shape}]${parts.length > 1 ? ' together' : ''}`;
}

function mismatch(path: string, model: string, problems: readonly string[]): CheckpointMismatchError {
  const more = problems.length > NAMED ? `; and ${problems.length - NAMED} more` : '';
  return new CheckpointMismatchError(
    `"${path}" does not fit ${model}: ${problems.slice(0, NAMED).join('; ')}${more}.`,
  );
}

/** @throws UnreadableFileError naming the tensor if a value is not finite */
async function readFinite(archive: TensorArchive, name: string): Promise<Float32Array> {
  const values = await archive.read(name);
  for (const value of values) {
    if (!Number.isFinite(value)) {
      throw new UnreadableFileError(
        `Tensor "${name}" of "${archive.path}" holds ${value}: training has diverged or the file is damaged.`,
      );
    }
  }
  return values;
}

/**
 * Finds every tensor of a model in a file, in whichever variant the file keeps it.
 *
 * @param model what the tensors make, for messages
 * @throws CheckpointMismatchError naming every tensor that is missing, unknown or of a wrong shape
 */
export function findTensors(
  archive: TensorArchive,
  stored: ReadonlyMap<string, StoredTensor>,
  tensors: readonly CanonicalTensor[],
  model: string,
): NamedTensors {
  const parts = new Map<string, readonly StoredTensor[]>();
  const shapes = new Map<string, readonly number[]>();
  const problems: string[] = [];
  for (const tensor of tensors) {
    const found = locate(tensor, stored);
    if (typeof found === 'string') problems.push(found);
    else parts.set(tensor.name, found);
    shapes.set(tensor.name, tensor.shape);
  }
  const used = new Set([...parts.values()].flat().map((part) => part.name));
  for (const name of stored.keys()) {
    if (problems.length === 0 && !used.has(name) && !isUnused(name)) problems.push(`"${name}" is unknown`);
  }
  if (problems.length > 0) throw mismatch(archive.path, model, problems);
  return {
    path: archive.path,
    shapes,
    async read(name) {
      const sources = parts.get(name);
      if (sources === undefined) throw new UnreadableFileError(`"${archive.path}" has no tensor "${name}".`);
      const [only] = sources;
      if (sources.length === 1 && only !== undefined) return readFinite(archive, only.fileName);
      const joined = new Float32Array(elementsOf(shapes.get(name) ?? []));
      let at = 0;
      for (const source of sources) {
        const values = await readFinite(archive, source.fileName);
        joined.set(values, at);
        at += values.length;
        freeBuffer(values);
      }
      return joined;
    },
  };
}
