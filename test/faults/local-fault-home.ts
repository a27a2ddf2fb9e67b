import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Lane } from '../../core/lanes/lane.ts';
import { QUEUE_NAMES } from '../../core/messages/queues.ts';
import { DatabaseBehindStoreError } from '../../local/errors.ts';
import { type LocalHome, openLocalHome } from '../../local/home.ts';
import { rebuildDatabase } from '../../local/rebuild/rebuild-database.ts';
import type { FaultHome } from './fault-home.ts';
import { SimulatedClock } from './simulated-clock.ts';

/**
 * The home on one machine, in a folder of its own.
 *
 * @param lane what screens there: on one machine the worker does, and the live lane's function runs on the same ports
 */
export async function openLocalFaultHome(lane: Lane): Promise<FaultHome> {
  const directory = await mkdtemp(join(tmpdir(), 'faults-'));
  const data = join(directory, 'data');
  const clock = new SimulatedClock();
  const open = () =>
    openLocalHome(data, {
      now: clock.wall,
      machine: { boot: 'simulated', read: clock.elapsed },
      endpoint: 'http://127.0.0.1:8080',
    });
  let home: LocalHome = await open();
  let isSaved = false;
  const copy = join(directory, 'state.sqlite');
  return {
    name: lane === 'live' ? 'live' : 'local',
    lane,
    get home() {
      return home;
    },
    clock,
    workerVisibilitySeconds: 60,
    pass: async (seconds) => clock.pass(seconds),
    // The order of all writes tells them apart.
    beforeUpload: async () => undefined,
    async endLoans() {
      for (const name of QUEUE_NAMES) await home.queues[name].queue.releaseAll();
    },
    async saveDatabase() {
      await home.close();
      await cp(home.folder.database, copy);
      isSaved = true;
      home = await open();
    },
    async restoreDatabase() {
      if (!isSaved) return false;
      await home.close();
      for (const suffix of ['', '-wal', '-shm'])
        await rm(`${home.folder.database}${suffix}`, { force: true });
      await cp(copy, home.folder.database);
      home = await open().catch(async (error: unknown) => {
        // What the store knows and the database does not, only the operator may put right.
        if (!(error instanceof DatabaseBehindStoreError)) throw error;
        await rebuildDatabase(data, () => new Date(clock.wall()));
        return open();
      });
      return true;
    },
    async [Symbol.asyncDispose]() {
      await home.close();
      await rm(directory, { recursive: true, maxRetries: 20, retryDelay: 50 });
    },
  };
}
