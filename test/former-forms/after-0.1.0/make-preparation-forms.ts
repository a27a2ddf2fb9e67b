import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// node test/former-forms/after-0.1.0/make-preparation-forms.ts CHECKOUT OUT
const [checkout = '.', out = ''] = process.argv.slice(2);
const load = (module: string) => import(pathToFileURL(join(checkout, module)).href);
const { ACTIVE_MODEL_KEY } = await load('core/activation/active-model.ts');
const { FunctionRun } = await load('functions/testing/function-run.ts');
const { Configuration } = await load('core/programs/configuration.ts');
const { createJob } = await load('core/jobs/planning/create-job.ts');
const { preparedKey } = await load('core/keys/prepared-key.ts');
const { examCheckSchema } = await load('core/messages/exam-check.ts');

const EXAM = { program: 'north', patient: 'P1', exam: '2026-05-01' };
const save = (form: string, content: string | Uint8Array) => writeFile(join(out, form), content);
const saveJson = (form: string, value: unknown) => save(form, JSON.stringify(value));

const run = await FunctionRun.open();
const { home } = run;
/** The messages of a queue, which stay in it. */
async function bodies(queue: string): Promise<string[]> {
  const messages = await home.queues[queue].queue.receive({ maxMessages: 10, waitSeconds: 0 });
  await home.queues[queue].queue.release(messages.map(({ receipt }: { receipt: string }) => receipt));
  return messages.map(({ body }: { body: string }) => body);
}

await save('active-model-1.input.json', (await home.objects.get(ACTIVE_MODEL_KEY)).content);

await run.upload('left', 'a left eye', EXAM);
await run.upload('right', 'too-dark: the right eye', EXAM);
await run.prepare();
const [left = '', right = ''] = (await bodies('intake')).toSorted();
await save('image-prepared-1.json', left);
await save('image-prepared-1.ungradable.json', right);
while ((await run.deliver('intake')) > 0);
await saveJson('exam-2.prepared.json', await run.exam(EXAM));
await save('screening-request-2.json', (await bodies('screening'))[0] ?? '');
const [event] = (await home.events.after(0, 1)).map((found: { event: unknown }) => found.event);
await saveJson('event.ImagePrepared.json', event);
const [image] = (await run.exam(EXAM)).images;
const file = await home.prepared.get(preparedKey(image, image.prepared.contract));
await save('prepared-image-1.safetensors', file);

const { key, versionId } = image;
const check = examCheckSchema.parse({
  ...{ schema: 'exam-check/1', reason: 'pixels-missing', exam: EXAM },
  images: [{ key, versionId }],
});
await saveJson('exam-check-1.pixels-missing.json', check);
await home.queues.intake.queue.send([{ body: JSON.stringify(check) }]);
const messages = await home.queues.intake.queue.receive({ maxMessages: 1, waitSeconds: 0 });
await run.call('intake', messages);
await save('prepare-image-1.json', (await bodies('preparation'))[0] ?? '');
await saveJson('exam-2.missed.json', await run.exam(EXAM));

const request = { mode: 'screen', selection: {}, heads: [], thresholds: {}, shadow: false };
const order = { program: 'north', request, by: 'operator' };
await saveJson('job-1.contract.json', await createJob(home, new Configuration(home.objects), order));
await run[Symbol.asyncDispose]();
