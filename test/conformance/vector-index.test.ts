import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalVectorIndex } from '../../local/search/local-vector-index.ts';
import { openVectorService } from '../emulators/vector-service.ts';
import { describeVectorIndex, type VectorIndexSubject } from './vector-index.ts';

async function openLocal(): Promise<VectorIndexSubject> {
  const directory = await mkdtemp(join(tmpdir(), 'retclip-vectors-'));
  const open = () => new LocalVectorIndex(join(directory, 'search.sqlite'), directory);
  const indexes = [open()];
  return {
    vectors: indexes[0] as LocalVectorIndex,
    async reopen() {
      const index = open();
      indexes.push(index);
      return index;
    },
    async close() {
      for (const index of indexes) index.close();
      await rm(directory, { recursive: true });
    },
  };
}

describeVectorIndex('one machine', openLocal);
describeVectorIndex('Amazon S3 Vectors, by its wire protocol', openVectorService);
