import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// node test/former-forms/after-0.1.0/make-job-forms.ts CHECKOUT OUT
const [checkout = '.', out = ''] = process.argv.slice(2);
const load = (module: string) => import(pathToFileURL(join(checkout, module)).href);
const { OTHER_MODEL, ScreeningJobs } = await load('core/jobs/testing/screening-job.ts');
const { contractOf } = await load('core/preparation/contract.ts');
const { manifestKey, planKey, preparedReceiptKey, preparingKey } = await load('core/jobs/job-keys.ts');
const { finishJob } = await load('core/jobs/reports/finish-job.ts');

const save = (form: string, content: string | Uint8Array) => writeFile(join(out, form), content);
const saveJson = (form: string, value: unknown) => save(form, JSON.stringify(value));

const jobs = await ScreeningJobs.open(['P1', 'P2']);
const { home } = jobs.run;
await jobs.run.activate(OTHER_MODEL);
const planned = await jobs.plan(2);
const { job } = planned;
const read = async (key: string) => (await home.objects.get(key)).content;
await save('job-plan-1.images.json', await read(planKey(job)));
await save('job-shard.images.jsonl', await read(manifestKey(job, 0)));

const look = await jobs.look(planned);
const { program, job: name } = job;
await saveJson('job-preparation-1.json', { schema: 'job-preparation/1', program, job: name, ...look.open });
const { preprocessing, input } = OTHER_MODEL;
const contract = contractOf({ preprocessing, ...input });
await save('shard-preparing-1.json', await read(preparingKey(job, contract, 0)));
const { queue } = home.queues['bulk-preparation'];
const messages = await queue.receive({ maxMessages: 10, waitSeconds: 0 });
const ofFirst = messages.filter(({ body }: { body: string }) => body.includes('/P1/'));
await save('prepare-image-1.contract.json', ofFirst[0]?.body ?? '');
await jobs.run.call('bulk-preparation', ofFirst);
await jobs.prepare();
// Two photographs are given up.
const left = { left: 2, waitedSeconds: 600, askedAgain: true };
if ((await jobs.look(planned, left)) !== null) throw new Error('Expected the shard to be given up.');
await save('shard-prepared-1.json', await read(preparedReceiptKey(job, 0)));
await saveJson(
  'job-report-1.preparation.json',
  await finishJob(home, job, { noWorkerLeft: true }, new Date()),
);
const events = await home.events.after(0, 100);
const [event] = events
  .map((found: { event: { type: string } }) => found.event)
  .filter(({ type }: { type: string }) => type === 'JobFinished');
await saveJson('event.JobFinished.images.json', event);
await jobs[Symbol.asyncDispose]();
