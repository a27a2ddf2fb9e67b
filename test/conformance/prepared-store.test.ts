import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalPreparedStore } from '../../local/preparation/local-prepared-store.ts';
import { describePreparedStore } from './prepared-store.ts';

describePreparedStore('one machine', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'retclip-prepared-'));
  return {
    prepared: new LocalPreparedStore(directory),
    close: () => rm(directory, { recursive: true }),
  };
});
