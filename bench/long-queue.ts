import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openLocalHome } from '../local/home.ts';

/**
 * What a long queue costs those who work on it, on one machine: ten messages received and deleted, and the depth counted, as the
 * queue grows: `node bench/long-queue.ts [--messages 1000,100000,1000000]`.
 */
const { values } = parseArgs({
  options: { messages: { type: 'string', default: '1000,100000,1000000' } },
});
const SENT_AT_ONCE = 5_000;
const RECEIVES = 20;
const COUNTS = 3;

const folder = await mkdtemp(join(tmpdir(), 'long-queue-'));
const home = await openLocalHome(join(folder, 'data'), { sweep: false });
const { queue } = home.queues.preparation;

async function milliseconds(times: number, work: () => Promise<unknown>): Promise<string> {
  const began = performance.now();
  for (let time = 0; time < times; time += 1) await work();
  return ((performance.now() - began) / times).toFixed(2);
}

let sent = 0;
for (const size of values.messages.split(',').map(Number)) {
  while (sent < size) {
    const count = Math.min(SENT_AT_ONCE, size - sent);
    await queue.send(
      Array.from({ length: count }, (_, index) => ({
        body: JSON.stringify({ number: sent + index }),
        group: 'north',
      })),
    );
    sent += count;
  }
  const counting = await milliseconds(COUNTS, () => queue.depth());
  const working = await milliseconds(RECEIVES, async () => {
    const messages = await queue.receive({ maxMessages: 10, waitSeconds: 0 });
    await queue.delete(messages.map(({ receipt }) => receipt));
  });
  sent -= 10 * RECEIVES;
  console.log(`${size} messages: ten received and deleted in ${working} ms, counted in ${counting} ms`);
}
await home.close();
await rm(folder, { recursive: true });
