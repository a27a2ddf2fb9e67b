/**
 * Gathers single requests of the same moment into one call of several: ten messages cost one request to the queue.
 *
 * @example
 * const remove = new CoalescedCall<string>(10, 20, (receipts) => queue.delete(receipts));
 * await remove.add(receipt);
 */
export class CoalescedCall<Item> {
  readonly #size: number;
  readonly #milliseconds: number;
  readonly #call: (items: readonly Item[]) => Promise<unknown>;
  #waiting: { readonly item: Item; readonly settle: PromiseWithResolvers<void> }[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(size: number, milliseconds: number, call: (items: readonly Item[]) => Promise<unknown>) {
    this.#size = size;
    this.#milliseconds = milliseconds;
    this.#call = call;
  }

  /** Resolves when the call that the item went with has succeeded; rejects as that call does. */
  add(item: Item): Promise<void> {
    const settle = Promise.withResolvers<void>();
    this.#waiting.push({ item, settle });
    if (this.#waiting.length >= this.#size) this.#send();
    else this.#timer ??= setTimeout(() => this.#send(), this.#milliseconds);
    return settle.promise;
  }

  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const sent = this.#waiting;
    this.#waiting = [];
    this.#call(sent.map(({ item }) => item)).then(
      () => {
        for (const { settle } of sent) settle.resolve();
      },
      (error: unknown) => {
        for (const { settle } of sent) settle.reject(error);
      },
    );
  }
}
