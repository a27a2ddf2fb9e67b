import type { Home } from '../../core/ports/index.ts';
import type { WorkQueue } from '../../core/ports/work-queue.ts';

/**
 * A home whose queues hold no message back for longer than `mostSeconds`, for an emulator whose clock is the real one: a
 * minute's delay would outlast the rounds in which a schedule has to come to rest.
 */
export function withShortDelays(home: Home, mostSeconds: number): Home {
  const shortened = (queue: WorkQueue): WorkQueue =>
    new Proxy(queue, {
      get(target, name) {
        if (name === 'send')
          return (messages: Parameters<WorkQueue['send']>[0]) =>
            target.send(
              messages.map((message) => ({
                ...message,
                delaySeconds: Math.min(message.delaySeconds ?? 0, mostSeconds),
              })),
            );
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  const queues = Object.entries(home.queues).map(([name, { queue, deadLetters }]) => [
    name,
    { queue: shortened(queue), deadLetters },
  ]);
  return { ...home, queues: Object.fromEntries(queues) };
}
