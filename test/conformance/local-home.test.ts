import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, it } from 'vitest';
import type { QueueSettings } from '../../core/messages/queues.ts';
import type { DomainEvent } from '../../core/ports/index.ts';
import { type LocalHome, type LocalHomeOptions, openLocalHome } from '../../local/home.ts';
import { verifyPresignedUpload } from '../../local/objects/presigned-upload.ts';
import { describeEvents } from './events.ts';
import { describeExamLists } from './exam-lists.ts';
import { describeExamTable } from './exam-table.ts';
import { checkExamTableAgainstModel } from './exam-table-model.ts';
import { describeObjectStore, type ObjectStoreSubject } from './object-store/index.ts';
import { describeTombstones } from './tombstones.ts';
import { describeWorkQueue, type QueueSubject } from './work-queue/index.ts';
import { checkQueueAgainstModel } from './work-queue-model.ts';

interface TemporaryHome {
  readonly home: LocalHome;
  close(): Promise<void>;
}

async function temporaryHome(options: LocalHomeOptions = {}): Promise<TemporaryHome> {
  const directory = await mkdtemp(join(tmpdir(), 'retclip-conformance-'));
  const home = await openLocalHome(directory, options);
  return {
    home,
    async close() {
      await home.close();
      await rm(directory, { recursive: true });
    },
  };
}

async function openQueue(settings: QueueSettings): Promise<QueueSubject> {
  let now = Date.UTC(2026, 4, 1);
  const { home, close } = await temporaryHome({ now: () => now, queues: { screening: settings } });
  return {
    ...home.queues.screening,
    async advance(milliseconds) {
      now += milliseconds;
    },
    close,
  };
}

/** With a server that takes uploads as the host does. */
async function openObjects(): Promise<ObjectStoreSubject> {
  let endpoint: string | undefined;
  const { home, close } = await temporaryHome({ endpoint: () => endpoint });
  const server = createServer((request, response) => {
    async function take(): Promise<void> {
      const content = await buffer(request);
      const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const);
      const { method = '', url = '' } = request;
      const { key, ...options } = verifyPresignedUpload(
        home.uploadSecret,
        { method, url, headers },
        home.clock.now(),
      );
      await home.objects.put(key, content, options);
    }
    take().then(
      () => response.writeHead(200).end(),
      (error: unknown) => response.writeHead(403).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    objects: home.objects,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await close();
    },
  };
}

describeObjectStore('one machine', openObjects);
describeWorkQueue('one machine', openQueue, {
  retention: 'nothing expires on one machine, see local/queue/no-expiry.test.ts',
});
describeExamTable('one machine', async () => {
  const { home, close } = await temporaryHome();
  return { exams: home.exams, close };
});
describeTombstones('one machine', async () => {
  const { home, close } = await temporaryHome();
  return { exams: home.exams, close };
});
describeExamLists('one machine', async () => {
  const { home, close } = await temporaryHome();
  return { exams: home.exams, close };
});
describeEvents('one machine', async () => {
  const { home, close } = await temporaryHome();
  const received: DomainEvent[] = [];
  home.events.onEvent((event) => received.push(event));
  return { events: home.events, received: async () => received, close };
});

describe('one machine against plain models', () => {
  it('has a queue that does what its model does, whatever is done to it', async () => {
    await checkQueueAgainstModel(openQueue, 60);
  });

  it('has a table that does what its model does, whatever is done to it', async () => {
    await checkExamTableAgainstModel(async () => {
      const { home, close } = await temporaryHome();
      return { exams: home.exams, close };
    }, 40);
  });
});
