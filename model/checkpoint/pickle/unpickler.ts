import { type ModelError, UnreadableFileError, UnsafePickleError } from '../../errors.ts';
import { builderOf, isAllowed, storageOf } from './allowed-globals.ts';
import { ByteReader } from './byte-reader.ts';
import { COSTS, MemoryBudget } from './memory-budget.ts';
import { isOpaque } from './opaque-globals.ts';
import { PickleStack, unexpected } from './pickle-stack.ts';
import { readConstant } from './read-constant.ts';
import { Global, kindOf, Opaque, type PickleMap, type PickleValue, type Storage } from './values.ts';

const OPCODES_THAT_MAKE_OBJECTS: ReadonlyMap<number, string> = new Map([
  [0x69, 'INST'],
  [0x6f, 'OBJ'],
  [0x92, 'NEWOBJ_EX'],
  [0x82, 'EXT1'],
  [0x83, 'EXT2'],
  [0x84, 'EXT4'],
]);

/**
 * Reads the pickle of a tensor archive. It builds plain values and descriptions of tensors; whatever else a pickle can
 * ask for is refused by its name, and nothing is ever run.
 *
 * @throws UnsafePickleError naming what was asked for
 * @throws UnreadableFileError if the stream is not a pickle, breaks off, or asks for more memory than its length explains
 * @see https://docs.python.org/3/library/pickletools.html
 */
export function unpickle(bytes: Buffer): PickleValue {
  return new Unpickler(bytes).run();
}

/** One of several pickles that follow each other. */
export interface FirstPickle {
  readonly value: PickleValue;
  /** Bytes that it takes. */
  readonly length: number;
  /** Storages that it names, by key. */
  readonly storages: ReadonlyMap<string, Storage>;
}

/** Reads the first pickle of several. @throws as {@link unpickle} */
export function unpickleFirst(bytes: Buffer): FirstPickle {
  const unpickler = new Unpickler(bytes);
  const value = unpickler.run();
  return { value, length: unpickler.position, storages: unpickler.storages };
}

class Unpickler {
  readonly storages = new Map<string, Storage>();
  readonly #reader: ByteReader;
  readonly #stack: PickleStack;
  readonly #memo = new Map<number, PickleValue>();
  readonly #budget: MemoryBudget;

  constructor(bytes: Buffer) {
    this.#reader = new ByteReader(bytes);
    this.#budget = new MemoryBudget(bytes.length);
    this.#stack = new PickleStack(this.#budget);
  }

  get position(): number {
    return this.#reader.position;
  }

  run(): PickleValue {
    for (;;) {
      const opcode = this.#reader.uint8();
      if (opcode === 0x2e) return this.#stack.pop();
      this.#budget.take(COSTS.step);
      this.#step(opcode);
    }
  }

  #step(opcode: number): void {
    if (this.#constant(opcode) || this.#container(opcode) || this.#memory(opcode)) return;
    switch (opcode) {
      case 0x80: // PROTO
        this.#reader.uint8();
        return;
      case 0x95: // FRAME
        this.#reader.uint64();
        return;
      case 0x63: // GLOBAL
        this.#refer(this.#reader.line(), this.#reader.line());
        return;
      case 0x93: {
        // STACK_GLOBAL
        const name = this.#stack.pop();
        const module = this.#stack.pop();
        if (typeof module !== 'string' || typeof name !== 'string') throw unexpected('a name', module);
        this.#refer(module, name);
        return;
      }
      case 0x52: // REDUCE
        this.#reduce();
        return;
      case 0x81: // NEWOBJ
        this.#makeOpaque();
        return;
      case 0x62: // BUILD
        this.#build();
        return;
      case 0x51: // BINPERSID
        this.#storage();
        return;
      default:
        throw this.#refusal(opcode);
    }
  }

  /** Numbers, texts and bytes. */
  #constant(opcode: number): boolean {
    const value = readConstant(opcode, this.#reader);
    if (value === undefined) return false;
    if (typeof value === 'string') this.#budget.take(COSTS.text + 2 * value.length);
    if (value instanceof Uint8Array) this.#budget.take(COSTS.bytes + value.length);
    this.#stack.push(value);
    return true;
  }

  /** Lists, tuples and dictionaries. */
  #container(opcode: number): boolean {
    switch (opcode) {
      case 0x28:
        this.#stack.mark();
        return true;
      case 0x7d:
        this.#budget.take(COSTS.map);
        this.#stack.push(new Map());
        return true;
      case 0x5d:
      case 0x29:
        this.#budget.take(COSTS.list);
        this.#stack.push([]);
        return true;
      case 0x74: // TUPLE
      case 0x6c: // LIST
        this.#stack.push(this.#stack.popToMark());
        return true;
      case 0x85:
      case 0x86:
      case 0x87: // TUPLE1, 2, 3
        this.#stack.push(this.#stack.popMany(opcode - 0x84));
        return true;
      case 0x64: // DICT
        this.#budget.take(COSTS.map);
        this.#stack.push(this.#setItems(new Map(), this.#stack.popToMark()));
        return true;
      case 0x73: // SETITEM
        this.#setItems(this.#stack.topMap(3), this.#stack.popMany(2));
        return true;
      case 0x75: {
        // SETITEMS
        const items = this.#stack.popToMark();
        this.#setItems(this.#stack.topMap(1), items);
        return true;
      }
      case 0x61: {
        // APPEND
        const item = this.#stack.pop();
        this.#stack.topList().push(item);
        return true;
      }
      case 0x65: {
        // APPENDS
        const items = this.#stack.popToMark();
        const list = this.#stack.topList();
        for (const item of items) list.push(item);
        return true;
      }
      default:
        return false;
    }
  }

  /** What was seen before. */
  #memory(opcode: number): boolean {
    switch (opcode) {
      case 0x71:
        this.#remember(this.#reader.uint8());
        return true;
      case 0x72:
        this.#remember(this.#reader.uint32());
        return true;
      case 0x94:
        this.#remember(this.#memo.size);
        return true;
      case 0x68:
        this.#recall(this.#reader.uint8());
        return true;
      case 0x6a:
        this.#recall(this.#reader.uint32());
        return true;
      case 0x30:
        this.#stack.discard();
        return true;
      case 0x32:
        this.#stack.push(this.#stack.top());
        return true;
      default:
        return false;
    }
  }

  #remember(index: number): void {
    this.#budget.take(COSTS.item);
    this.#memo.set(index, this.#stack.top());
  }

  #recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined)
      throw new UnreadableFileError(`The pickle recalls a value ${index} that it never gave.`);
    this.#stack.push(value);
  }

  #refer(module: string, name: string): void {
    const global = new Global(module, name);
    if (!isAllowed(global)) throw unsafe(global.fullName);
    this.#stack.push(global);
  }

  #storage(): void {
    const storage = storageOf(this.#stack.pop());
    this.#budget.take(COSTS.pair);
    this.storages.set(storage.key, storage);
    this.#stack.push(storage);
  }

  #reduce(): void {
    const values = this.#stack.pop();
    const callable = this.#stack.pop();
    const build = builderOf(callable);
    if (build === undefined) throw unsafe(`a call of ${kindOf(callable)}`);
    if (!Array.isArray(values)) throw unexpected('arguments', values);
    this.#stack.push(build(values, this.#budget));
  }

  /** An object whose name is known to be harmless is noted, and not made. */
  #makeOpaque(): void {
    this.#stack.pop();
    const kind = this.#stack.pop();
    if (!(kind instanceof Global) || !isOpaque(kind))
      throw unsafe(`an object (opcode NEWOBJ) of ${kindOf(kind)}`);
    this.#budget.take(COSTS.item);
    this.#stack.push(new Opaque(kind.fullName));
  }

  /** A state dict's `_metadata` and a script's arguments come so; they say nothing that is needed. */
  #build(): void {
    this.#stack.pop();
    const object = this.#stack.top();
    if (!(object instanceof Map || object instanceof Opaque))
      throw unsafe(`a state set on ${kindOf(object)}`);
  }

  #refusal(opcode: number): ModelError {
    const name = OPCODES_THAT_MAKE_OBJECTS.get(opcode);
    if (name === 'INST') return unsafe(`${this.#reader.line()}.${this.#reader.line()}`);
    if (name === 'OBJ' || name === 'NEWOBJ_EX') return unsafe(`an object (opcode ${name})`);
    if (name !== undefined) return unsafe(`an extension (opcode ${name})`);
    return new UnreadableFileError(
      `The pickle has an opcode 0x${opcode.toString(16)} at byte ${this.#reader.position - 1} that no tensor archive needs.`,
    );
  }

  #setItems(map: PickleMap, items: readonly PickleValue[]): PickleMap {
    this.#budget.take(COSTS.pair * items.length);
    if (items.length % 2 !== 0) throw new UnreadableFileError('The pickle has a key without a value.');
    for (let index = 0; index < items.length; index += 2)
      map.set(items[index] ?? null, items[index + 1] ?? null);
    return map;
  }
}

function unsafe(name: string): UnsafePickleError {
  return new UnsafePickleError(
    `The checkpoint's pickle asks for ${name}, which no tensor needs and which could run code. Nothing was executed. Save the plain state dict again: torch.save(model.state_dict(), …).`,
  );
}
