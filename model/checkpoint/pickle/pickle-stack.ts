import { UnreadableFileError } from '../../errors.ts';
import { COSTS, type MemoryBudget } from './memory-budget.ts';
import { kindOf, type PickleMap, type PickleValue } from './values.ts';

/** Stands on the stack where a group of values begins. */
const MARK = Symbol('mark');
type StackItem = PickleValue | typeof MARK;

/** The stack of a pickle's machine. @throws UnreadableFileError where it holds something else than is asked for */
export class PickleStack {
  readonly #items: StackItem[] = [];
  readonly #budget: MemoryBudget;

  constructor(budget: MemoryBudget) {
    this.#budget = budget;
  }

  push(value: PickleValue): void {
    this.#items.push(value);
  }

  /** Begins a group. */
  mark(): void {
    this.#items.push(MARK);
  }

  /** Takes off what is on top, be it a value or the beginning of a group. */
  discard(): void {
    this.#items.pop();
  }

  topMap(depth: number): PickleMap {
    const value = this.#items.at(-depth);
    if (!(value instanceof Map)) throw unexpected('a dictionary', value);
    return value;
  }

  topList(): PickleValue[] {
    const value = this.#items.at(-1);
    if (!Array.isArray(value)) throw unexpected('a list', value);
    return value;
  }

  top(): PickleValue {
    const value = this.#items.at(-1);
    if (value === undefined || value === MARK) throw unexpected('a value', value);
    return value;
  }

  pop(): PickleValue {
    const value = this.top();
    this.#items.pop();
    return value;
  }

  popMany(count: number): PickleValue[] {
    this.#budget.take(COSTS.list);
    const values: PickleValue[] = [];
    for (let index = 0; index < count; index += 1) values.unshift(this.pop());
    return values;
  }

  popToMark(): PickleValue[] {
    const mark = this.#items.lastIndexOf(MARK);
    if (mark < 0) throw new UnreadableFileError('The pickle ends a group that it never began.');
    this.#budget.take(COSTS.list + COSTS.item * (this.#items.length - mark));
    const values = this.#items.splice(mark).slice(1);
    return values.filter((value) => value !== MARK);
  }
}

/** What a damaged pickle holds in place of what belongs there. */
export function unexpected(what: string, value: StackItem | undefined): UnreadableFileError {
  const kind = value === MARK ? 'the beginning of a group' : kindOf(value);
  return new UnreadableFileError(`The pickle is damaged: expected ${what} but received ${kind}.`);
}
