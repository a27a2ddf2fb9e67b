import type { StoredType } from '../weights.ts';

/** A name that a pickle refers to. It is only ever compared with known names. */
export class Global {
  readonly module: string;
  readonly name: string;

  constructor(module: string, name: string) {
    this.module = module;
    this.name = name;
  }

  get fullName(): string {
    return `${this.module}.${this.name}`;
  }
}

/** Numbers that lie in an archive entry of their own. */
export class Storage {
  /** Name of the entry below `data/`. */
  readonly key: string;
  /** `null` in an untyped storage, whose tensors say their own type. */
  readonly type: StoredType | null;
  readonly elements: number;

  constructor(key: string, type: StoredType | null, elements: number) {
    this.key = key;
    this.type = type;
    this.elements = elements;
  }
}

/** A view of a storage. Offset and strides count elements. */
export class StoredTensor {
  readonly storage: Storage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];

  constructor(storage: Storage, offset: number, shape: readonly number[], strides: readonly number[]) {
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }
}

/**
 * A value that lies beside tensors and that no weight needs, such as a script's arguments. Its name is all that is kept of
 * it.
 */
export class Opaque {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** A dictionary, ordered or not. */
export type PickleMap = Map<PickleValue, PickleValue>;

/** Whatever a tensor archive's pickle can hold. Lists and tuples are arrays. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | PickleMap
  | Global
  | Opaque
  | Storage
  | StoredTensor;

/** Says a value's kind in a message. */
export function kindOf(value: PickleValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'None';
  if (value instanceof Global) return value.fullName;
  if (value instanceof Opaque) return value.name;
  if (value instanceof Map) return 'a dictionary';
  if (Array.isArray(value)) return 'a list';
  return value instanceof Object ? value.constructor.name : typeof value;
}
