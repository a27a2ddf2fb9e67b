import { ObjectFeatureStore } from '../../core/features/object-feature-store.ts';
import type { Home } from '../../core/ports/index.ts';
import type { ArmedFaults } from './armed-faults.ts';

/** Calls that change nothing, however often they are made. */
const READS = new Set([
  ...[
    'get',
    'head',
    'list',
    'listVersions',
    'presignUpload',
    'depth',
    'receive',
    'query',
    'find',
    'nearest',
    'has',
  ],
  ...['listByPatient', 'listByProgram', 'count', 'facts'],
]);

/** What a process that was killed waits for: nothing answers it any more. */
const never = <Value>(): Promise<Value> => new Promise<Value>(() => undefined);

/**
 * One process of the system: a function's call, a worker, an uploader. It sees its home through the faults that wait for
 * it. Once it is killed, each of its calls hangs for ever: what it had not done is not done, as after a power cut.
 *
 * A kill between any two calls is thus a kill between any two writes. What happens within one call, a torn write say, is
 * for the tests of the homes, which kill real processes.
 */
export class SimulatedProcess {
  /** Every port of the home, under faults. */
  readonly home: Home;
  readonly #faults: ArmedFaults;
  readonly #killed = Promise.withResolvers<void>();
  #isKilled = false;

  constructor(home: Home, faults: ArmedFaults) {
    this.#faults = faults;
    const queues = Object.entries(home.queues).map(([name, { queue, deadLetters }]) => [
      name,
      { queue: this.#port(queue), deadLetters: this.#port(deadLetters) },
    ]);
    const objects = this.#port(home.objects);
    this.home = {
      objects,
      features: new ObjectFeatureStore(objects),
      prepared: this.#port(home.prepared),
      exams: this.#port(home.exams),
      events: this.#port(home.events),
      vectors: this.#port(home.vectors),
      traces: this.#port(home.traces),
      queues: Object.fromEntries(queues),
      close: async () => undefined,
    };
  }

  get isKilled(): boolean {
    return this.#isKilled;
  }

  kill(): void {
    this.#isKilled = true;
    this.#killed.resolve();
  }

  /** Runs the process. @returns `undefined` if it was killed before it was done */
  async run<Value>(work: (home: Home) => Promise<Value>): Promise<Value | undefined> {
    return Promise.race([work(this.home), this.#killed.promise.then(() => undefined)]);
  }

  #port<Port extends object>(port: Port): Port {
    return new Proxy(port, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return (...given: unknown[]) =>
          this.#call(String(name), async () => Reflect.apply(value, target, given));
      },
    });
  }

  async #call(method: string, call: () => Promise<unknown>): Promise<unknown> {
    if (this.#isKilled) return never();
    const { before, after } = this.#faults.fateOf({ method, isWrite: !READS.has(method) });
    if (before === 'kill') this.kill();
    if (this.#isKilled) return never();
    if (before instanceof Error) throw before;
    const answer = await call();
    if (after === 'kill') this.kill();
    if (this.#isKilled) return never();
    if (after instanceof Error) throw after;
    if (after === 'duplicate') await call();
    return after === 'reorder' && Array.isArray(answer) ? answer.toReversed() : answer;
  }
}
