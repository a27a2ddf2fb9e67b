/** Writes pickles of protocol 2, as `torch.save` does, opcode by opcode. */
export class PickleWriter {
  readonly #parts: Buffer[] = [Buffer.from([0x80, 2])];

  /** Bytes as they are: also for pickles that must never be written. */
  raw(...bytes: readonly (number | string)[]): this {
    for (const part of bytes) this.#parts.push(Buffer.from(typeof part === 'number' ? [part] : part));
    return this;
  }

  text(value: string): this {
    const bytes = Buffer.from(value);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    this.#parts.push(Buffer.from('X'), length, bytes);
    return this;
  }

  integer(value: number): this {
    const bytes = Buffer.alloc(5);
    bytes[0] = 0x4a;
    if (value < 2 ** 31) bytes.writeInt32LE(value, 1);
    else return this.#long(value);
    this.#parts.push(bytes);
    return this;
  }

  global(module: string, name: string): this {
    return this.raw(`c${module}\n${name}\n`);
  }

  /** A tuple of what `write` puts onto the stack. */
  tuple(write: () => void): this {
    this.raw('(');
    write();
    return this.raw('t');
  }

  dictionary(entries: readonly (readonly [string, () => void])[], ordered = false): this {
    if (ordered) this.global('collections', 'OrderedDict').raw(')R');
    else this.raw('}');
    this.raw('(');
    for (const [name, write] of entries) {
      this.text(name);
      write();
    }
    return this.raw('u');
  }

  /** @param view shape, strides and offset if they are not those of the whole storage */
  tensor(storage: StorageReference, view: TensorView): this {
    const { type, key, elements } = storage;
    return this.global('torch._utils', '_rebuild_tensor_v2')
      .tuple(() => {
        this.tuple(() => {
          this.text('storage').global('torch', type).text(key).text('cpu').integer(elements);
        }).raw('Q');
        this.integer(view.offset ?? 0);
        this.tuple(() => {
          for (const size of view.shape) this.integer(size);
        });
        this.tuple(() => {
          for (const step of view.strides ?? rowMajor(view.shape)) this.integer(step);
        });
        this.raw(0x89).global('collections', 'OrderedDict').raw(')R');
      })
      .raw('R');
  }

  finish(): Buffer {
    return Buffer.concat([...this.#parts, Buffer.from('.')]);
  }

  #long(value: number): this {
    const bytes = Buffer.alloc(10);
    bytes[0] = 0x8a;
    bytes[1] = 8;
    bytes.writeBigInt64LE(BigInt(value), 2);
    this.#parts.push(bytes);
    return this;
  }
}

export interface StorageReference {
  /** PyTorch's class, as in `FloatStorage`. */
  readonly type: string;
  readonly key: string;
  readonly elements: number;
}

export interface TensorView {
  readonly shape: readonly number[];
  readonly strides?: readonly number[];
  readonly offset?: number;
}

function rowMajor(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis -= 1) {
    strides[axis] = (strides[axis + 1] ?? 1) * (shape[axis + 1] ?? 1);
  }
  return strides;
}
