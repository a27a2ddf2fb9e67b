import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Client } from '../client.ts';
import { NoRoomError } from '../errors.ts';
import type { PlannedImage } from './planned-image.ts';
import { sendPlan } from './send-plan.ts';

const ROOM_FOR = 3;
const DETAIL = 'There is no room for 5 bytes on the disk of data folder "/data". Free at least 2.0 MB.';

let folder = '';
let server: Server;
let puts = 0;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'no-room-'));
  puts = 0;
  // A system that permits every upload, and has room for three.
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      if (request.method === 'PUT') {
        puts += 1;
        if (puts <= ROOM_FOR) return response.writeHead(200).end();
        const problem = { type: 'about:blank', title: 'No room on the disk', status: 507, detail: DETAIL };
        return response
          .writeHead(507, { 'content-type': 'application/problem+json' })
          .end(JSON.stringify(problem));
      }
      const { images } = JSON.parse(Buffer.concat(parts).toString()) as { images: { patient: string }[] };
      const items = images.map(({ patient }) => ({
        ...{ action: 'upload', key: `images/north/${patient}/1/left.jpg`, method: 'PUT', headers: {} },
        url: `${address}/objects/${patient}`,
      }));
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ items }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

async function planned(patient: string): Promise<PlannedImage> {
  const path = join(folder, `${patient}.jpg`);
  await writeFile(path, patient.padEnd(5, '.'));
  const { size, mtimeMs } = await stat(path);
  const file = {
    path,
    bytes: size,
    modified: mtimeMs,
    contentType: 'image/jpeg',
    extension: 'jpg',
    takenOn: null,
  };
  return {
    path,
    exam: { program: 'north', patient, exam: '1' },
    laterality: 'left',
    field: null,
    file,
    place: '',
  };
}

it('ends at the first photograph without room, says how many are stored, and tries none again', async () => {
  const images = await Promise.all(Array.from({ length: 120 }, (_, index) => planned(`P${index}`)));
  const { port } = server.address() as AddressInfo;
  const client = new Client(
    async () => ({ url: `http://127.0.0.1:${port}`, token: 't', tokenFrom: 'a test' }),
    'north',
  );
  const sending = sendPlan(images, () => client, { concurrency: 2 });
  await expect(sending).rejects.toThrow(NoRoomError);
  await expect(sending).rejects.toThrow(`3 of 120 photographs are stored. Uploading "images/north/P`);
  await expect(sending).rejects.toThrow(DETAIL);
  expect(puts).toBeLessThanOrEqual(ROOM_FOR + 2);
});
