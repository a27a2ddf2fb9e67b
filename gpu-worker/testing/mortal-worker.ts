import { lineLog } from '../../core/ports/log.ts';
import { openLocalHome } from '../../local/home.ts';
import { startWorker } from '../start-worker.ts';
import { readEnvironment } from '../worker-options.ts';

/** Stands behind the end of a photograph that ends the worker which opens it. */
export const DEADLY = Buffer.from('DEADLY');

// A worker as `main.ts` runs it, that is killed by the system when it has read a photograph with a mark: as by a fault
// in a driver, nothing of its own can be done any more.
if (import.meta.main) {
  const home = await openLocalHome(String(process.env.RETCLIP_DATA), { sweep: false });
  const { objects: store } = home;
  const objects = new Proxy(store, {
    get(_, name) {
      const member: unknown = Reflect.get(store, name);
      if (typeof member !== 'function') return member;
      if (name !== 'get') return member.bind(store);
      return async (...given: Parameters<typeof store.get>) => {
        const found = await store.get(...given);
        const end = Buffer.from(found.content).subarray(-DEADLY.length);
        if (end.equals(DEADLY)) process.kill(process.pid, 'SIGKILL');
        return found;
      };
    },
  });
  const environment = readEnvironment(process.env);
  const { worker } = await startWorker({ ...home, objects }, environment, lineLog(), {
    add: () => undefined,
  });
  await worker.run();
}
