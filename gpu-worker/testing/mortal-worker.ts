import { lineLog } from '../../core/ports/log.ts';
import { openLocalHome } from '../../local/home.ts';
import { startWorker } from '../start-worker.ts';
import { readEnvironment } from '../worker-options.ts';

// A worker as `main.ts` runs it, that is killed by the system when it has read the pixels of the photograph whose SHA-256
// DEADLY names: as by a fault in a driver, nothing of its own can be done any more.
if (import.meta.main) {
  const home = await openLocalHome(String(process.env.RETCLIP_DATA), { sweep: false });
  const deadly = String(process.env.DEADLY);
  const prepared = {
    async get(key: string): Promise<Uint8Array | undefined> {
      const file = await home.prepared.get(key);
      // A prepared file names the photograph that it was made of.
      if (Buffer.from(file ?? []).includes(deadly)) process.kill(process.pid, 'SIGKILL');
      return file;
    },
  };
  const environment = readEnvironment(process.env);
  const worked = { ...home, prepared: Object.assign(Object.create(home.prepared), prepared) };
  const { worker } = await startWorker(worked, environment, lineLog(), { add: () => undefined });
  await worker.run();
}
