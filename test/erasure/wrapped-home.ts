import { ObjectFeatureStore } from '../../core/features/object-feature-store.ts';
import { QUEUE_NAMES } from '../../core/messages/queues.ts';
import type { Home } from '../../core/ports/index.ts';

type Method = (...words: never[]) => Promise<unknown>;
/** Runs a call of a port, now or later, or not at all. */
export type Around = (name: string, call: () => Promise<unknown>) => Promise<unknown>;

function wrapped<Port extends object>(port: Port, name: string, around: Around): Port {
  return new Proxy(port, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      return (...words: never[]) =>
        around(`${name}.${String(property)}`, () => (value as Method).apply(target, words));
    },
  });
}

/** A home each of whose calls goes through the given function: to let writers come in between, or to kill. */
export function wrappedHome<Given extends Home>(home: Given, around: Around): Given {
  const queues = Object.fromEntries(
    QUEUE_NAMES.map((name) => {
      const { queue, deadLetters } = home.queues[name];
      return [
        name,
        {
          queue: wrapped(queue, `queues.${name}`, around),
          deadLetters: wrapped(deadLetters, `queues.${name}-dead-letters`, around),
        },
      ];
    }),
  );
  const objects = wrapped(home.objects, 'objects', around);
  return {
    ...home,
    objects,
    features: new ObjectFeatureStore(objects),
    prepared: wrapped(home.prepared, 'prepared', around),
    exams: wrapped(home.exams, 'exams', around),
    events: wrapped(home.events, 'events', around),
    vectors: wrapped(home.vectors, 'vectors', around),
    traces: wrapped(home.traces, 'traces', around),
    queues: queues as Given['queues'],
  };
}
