import { UnreadableFileError } from '../../errors.ts';
import type { StoredType } from '../weights.ts';
import { COSTS, type MemoryBudget } from './memory-budget.ts';
import { isOpaque } from './opaque-globals.ts';
import { Global, kindOf, Opaque, type PickleValue, Storage, StoredTensor } from './values.ts';

/** PyTorch's storage classes, by the numbers in them. */
const STORAGE_TYPES: ReadonlyMap<string, StoredType | null> = new Map([
  ['DoubleStorage', 'float64'],
  ['FloatStorage', 'float32'],
  ['HalfStorage', 'float16'],
  ['BFloat16Storage', 'bfloat16'],
  ['LongStorage', 'int64'],
  ['IntStorage', 'int32'],
  ['ShortStorage', 'int16'],
  ['CharStorage', 'int8'],
  ['ByteStorage', 'uint8'],
  ['BoolStorage', 'bool'],
]);

const DATA_TYPES = [
  'float64',
  'double',
  'float32',
  'float',
  'float16',
  'half',
  'bfloat16',
  'int64',
  'int32',
  'int16',
  'int8',
  'uint8',
  'bool',
];

/** Makes a value; what it copies for that is taken from the budget before. */
type Builder = (values: readonly PickleValue[], budget: MemoryBudget) => PickleValue;

/** More axes than any tensor of a model has. */
const MOST_AXES = 16;

function malformed(what: string, value: PickleValue | undefined): UnreadableFileError {
  return new UnreadableFileError(`Expected ${what} in a tensor's description but received ${kindOf(value)}.`);
}

function counts(what: string, value: PickleValue | undefined): number[] {
  if (!Array.isArray(value)) throw malformed(what, value);
  if (value.length > MOST_AXES)
    throw new UnreadableFileError(`A tensor has ${value.length} axes; ${MOST_AXES} are the most.`);
  return value.map((item) => count(what, item));
}

function count(what: string, value: PickleValue | undefined): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw malformed(what, value);
  return value;
}

const rebuildTensor: Builder = ([storage, offset, shape, strides], budget) => {
  budget.take(COSTS.tensor);
  if (!(storage instanceof Storage)) throw malformed('a storage', storage);
  const sizes = counts('sizes', shape);
  const steps = counts('strides', strides);
  if (sizes.length !== steps.length) throw malformed('as many strides as sizes', strides);
  return new StoredTensor(storage, count('an offset', offset), sizes, steps);
};

const rebuildParameter: Builder = ([tensor]) => {
  if (!(tensor instanceof StoredTensor)) throw malformed('a tensor', tensor);
  return tensor;
};

const orderedDict: Builder = ([pairs], budget) => {
  budget.take(COSTS.map);
  if (pairs === undefined) return new Map();
  if (pairs instanceof Map) {
    budget.take(COSTS.pair * pairs.size);
    return new Map(pairs);
  }
  if (!Array.isArray(pairs)) throw malformed('pairs', pairs);
  budget.take(COSTS.pair * pairs.length);
  return new Map(
    pairs.map((pair): [PickleValue, PickleValue] => {
      if (!Array.isArray(pair) || pair.length !== 2) throw malformed('a pair', pair);
      return [pair[0] ?? null, pair[1] ?? null];
    }),
  );
};

/** Python 2's pickles write bytes as a call of the codec that turns text into them. */
const encodeLatin1: Builder = ([text, codec], budget) => {
  if (typeof text !== 'string' || codec !== 'latin1') throw malformed('latin1 text', codec);
  budget.take(COSTS.bytes + text.length);
  return new Uint8Array(Buffer.from(text, 'latin1'));
};

const first: Builder = ([value]) => value ?? null;

/** A dictionary that makes what it lacks: its factory comes first, and is not needed. */
const defaultDict: Builder = (_, budget) => {
  budget.take(COSTS.map);
  return new Map();
};

function opaque(name: string): Builder {
  return (_, budget) => {
    budget.take(COSTS.item);
    return new Opaque(name);
  };
}

/** Callables that a tensor archive needs, each as what it means for one: none of them is ever run. */
const BUILDERS: ReadonlyMap<string, Builder> = new Map([
  ['collections.OrderedDict', orderedDict],
  ['collections.Counter', orderedDict],
  ['collections.defaultdict', defaultDict],
  ['builtins.set', first],
  ['__builtin__.set', first],
  ['torch._utils._rebuild_tensor', rebuildTensor],
  ['torch._utils._rebuild_tensor_v2', rebuildTensor],
  ['torch._utils._rebuild_parameter', rebuildParameter],
  ['torch._utils._rebuild_parameter_with_state', rebuildParameter],
  ['torch.Size', first],
  ['torch.device', first],
  ['_codecs.encode', encodeLatin1],
]);

const PLAIN: ReadonlySet<string> = new Set([
  ...[...STORAGE_TYPES.keys()].map((name) => `torch.${name}`),
  ...DATA_TYPES.map((name) => `torch.${name}`),
  // Factories of dictionaries that make what they lack.
  ...['dict', 'list', 'int', 'long', 'float', 'str', 'bool'].flatMap((name) => [
    `builtins.${name}`,
    `__builtin__.${name}`,
  ]),
  'torch.storage.UntypedStorage',
  'torch.storage.TypedStorage',
]);

/** `true` if a tensor archive may refer to the name. */
export function isAllowed(global: Global): boolean {
  return BUILDERS.has(global.fullName) || PLAIN.has(global.fullName) || isOpaque(global);
}

/** @returns `undefined` if no tensor archive needs a callable of this name */
export function builderOf(value: PickleValue | undefined): Builder | undefined {
  if (!(value instanceof Global)) return undefined;
  return isOpaque(value) ? opaque(value.fullName) : BUILDERS.get(value.fullName);
}

/**
 * Reads a persistent id: where a storage's numbers lie.
 *
 * @throws UnreadableFileError if it is something else
 */
export function storageOf(id: PickleValue | undefined): Storage {
  if (!Array.isArray(id) || id[0] !== 'storage') throw malformed('a storage', id);
  const [, type, key, , elements, view] = id;
  if (view !== undefined && view !== null) throw malformed('a storage of its own', view);
  if (!(type instanceof Global) || typeof key !== 'string' || !/^[\w.-]+$/.test(key)) {
    throw malformed('a storage', type);
  }
  return new Storage(key, STORAGE_TYPES.get(type.name) ?? null, count('a number of elements', elements));
}
