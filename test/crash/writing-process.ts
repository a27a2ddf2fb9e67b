import { createHash } from 'node:crypto';
import { writeSync } from 'node:fs';
import { type LocalHome, openLocalHome } from '../../local/home.ts';
import { registeredExam } from '../conformance/exam-records.ts';
import { seededRandom } from './seeded-random.ts';
import type { Step } from './step.ts';

/** Writes to a data folder until it is killed, and says each step: `node writing-process.ts DIR NAME SEED`. */
const [directory = '', name = '', seed = '0'] = process.argv.slice(2);
const random = seededRandom(Number(seed));

function say(step: Step): void {
  writeSync(1, `${JSON.stringify(step)}\n`);
}

function below(limit: number): number {
  return Math.floor(random() * limit);
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, below(5)));
}

/** Some contents recur, so that their files are put and removed at the same time. */
function someContent(): Uint8Array {
  if (random() < 0.5) return Buffer.alloc(1_000, `shared ${below(4)}`);
  const content = Buffer.alloc(8 + below(60_000), name);
  content.writeDoubleLE(random());
  return content;
}

async function putAndRemove({ objects }: LocalHome, lane: number): Promise<never> {
  for (let count = 0; ; count += 1) {
    const prefix = random() < 0.7 ? 'images' : 'features';
    const key = `${prefix}/${name}/${lane}/${count}.jpg`;
    const { versionId, sha256 } = await objects.put(key, someContent());
    say({ step: 'put', key, versionId: versionId ?? '', sha256 });
    if (random() < 0.3) {
      say({ step: 'removing', key, versionId: versionId ?? '' });
      await objects.deleteVersion(key, versionId ?? '');
      say({ step: 'removed', key, versionId: versionId ?? '' });
    }
  }
}

/** Each key is written several times, as by deliveries that come again. */
async function putPrepared({ prepared }: LocalHome): Promise<never> {
  for (let count = 0; ; count += 1) {
    const key = `prepared/crash/P1/${name}/${Math.floor(count / 2)}.jpg/v1/c0ffee.safetensors`;
    const content = someContent();
    const sha256 = createHash('sha256').update(content).digest('hex');
    say({ step: 'preparing', key, sha256 });
    await prepared.put(key, content);
    say({ step: 'prepared', key, sha256 });
    await pause();
  }
}

async function sendMessages({ queues }: LocalHome): Promise<never> {
  for (let count = 0; ; count += 1) {
    const bodies = Array.from({ length: 1 + below(12) }, (_, index) => `${name} ${count} ${index}`);
    await queues.screening.queue.send(bodies.map((body) => ({ body })));
    for (const body of bodies) say({ step: 'sent', body });
    await pause();
  }
}

async function consumeMessages({ queues }: LocalHome): Promise<never> {
  const { queue } = queues.screening;
  for (;;) {
    const messages = await queue.receive({ maxMessages: 10, waitSeconds: 1 });
    const done = messages.filter(() => random() < 0.6);
    for (const { body } of done) say({ step: 'consuming', body });
    await queue.delete(done.map(({ receipt }) => receipt));
    for (const { body } of done) say({ step: 'consumed', body });
  }
}

async function saveExams({ exams }: LocalHome): Promise<never> {
  const key = { program: 'crash', patient: 'P1', exam: name };
  let record = (await exams.get(key)) ?? registeredExam(key, '2026-05-01T00:00:00.000Z');
  for (;;) {
    record = await exams.save({ ...record, updatedAt: new Date(record.revision * 1_000).toISOString() });
    say({ step: 'saved', exam: name, revision: record.revision });
    await pause();
  }
}

async function publishEvents({ events }: LocalHome): Promise<never> {
  const exam = { program: 'crash', patient: 'P1', exam: name };
  for (let count = 0; ; count += 1) {
    const id = `${name} ${count}`;
    const at = '2026-05-01T00:00:00.000Z';
    await events.publish([{ type: 'ExamScreened', id, at, exam, outcome: 'recall' }]);
    say({ step: 'published', id });
    await pause();
  }
}

say({ step: 'opening' });
const home = await openLocalHome(directory);
await Promise.all([
  putAndRemove(home, 1),
  putAndRemove(home, 2),
  putPrepared(home),
  sendMessages(home),
  consumeMessages(home),
  saveExams(home),
  publishEvents(home),
]);
