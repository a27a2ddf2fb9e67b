/** Wakes those who wait for a queue's messages when one arrives in this process, or the home is closed. */
export class WakeUps {
  readonly #waiting = new Map<string, Set<() => void>>();

  /** Wakes all who wait for this queue. */
  wake(queue: string): void {
    for (const resume of [...(this.#waiting.get(queue) ?? [])]) resume();
  }

  wakeAll(): void {
    for (const queue of this.#waiting.keys()) this.wake(queue);
  }

  /** Resolves when woken, when the time is over or when the signal aborts. */
  wait(queue: string, milliseconds: number, signal?: AbortSignal): Promise<void> {
    const sleepers = this.#waiting.get(queue) ?? new Set();
    this.#waiting.set(queue, sleepers);
    return new Promise((resolve) => {
      const resume = (): void => {
        clearTimeout(timer);
        sleepers.delete(resume);
        signal?.removeEventListener('abort', resume);
        resolve();
      };
      const timer = setTimeout(resume, milliseconds);
      sleepers.add(resume);
      signal?.addEventListener('abort', resume);
      if (signal?.aborted) resume();
    });
  }
}
