import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Release } from './release.ts';

// node test/former-forms/0.1.0/make-single-forms.ts CHECKOUT WORK OUT: after make-data-folder.ts on the same WORK.
const [checkout = '', work = '', out = ''] = process.argv.slice(2);
const data = join(work, 'data');
const at = (...names: string[]) => join(work, ...names);
const release = new Release(checkout, data);
await mkdir(out, { recursive: true });

/** Writes a form as it was stored, laid out for readers where it is JSON. */
async function keep(name: string, content: Uint8Array | string | object): Promise<void> {
  const isRaw = typeof content === 'string' || content instanceof Uint8Array;
  await writeFile(join(out, name), isRaw ? content : `${JSON.stringify(content, null, 1)}\n`);
}

const database = new DatabaseSync(join(data, 'state.sqlite'), { readOnly: true });
const records = database
  .prepare('SELECT record FROM exams')
  .all()
  .map(({ record }) => JSON.parse(String(record)));
const recordOf = (patient: string) =>
  records.find((record) => record.program === 'north' && record.patient === patient);
const RECORDS = {
  both: 'P03',
  replaced: 'P08',
  rescored: 'P02',
  'shadow-of-a-job': 'P04',
  'shadow-of-screening': 'P13',
  'right-alone': 'P05',
  'waits-for-the-right': 'P06',
  'in-screening': 'P11',
  'in-screening-again': 'P10',
  suspect: 'P14',
  'one-ungradable': 'P15',
  ungradable: 'P17',
  agreed: 'P01',
  'second-reader': 'P07',
  arbitration: 'P09',
  arbitrated: 'P12',
};
for (const [name, patient] of Object.entries(RECORDS)) await keep(`exam-1.${name}.json`, recordOf(patient));
const { itemOf } = await release.module('aws/table/exam-item.ts');
for (const [name, patient] of [
  ['registered', 'P06'],
  ['reviewed', 'P07'],
]) {
  await keep(`dynamodb-item.${name}.json`, itemOf(recordOf(String(patient))));
}

const home = await (await release.module('local/home.ts')).openLocalHome(data, { sweep: false });
const contentOf = async (key: string) => (await home.objects.get(key)).content as Uint8Array;
async function keepObject(name: string, key: string): Promise<void> {
  const content = await contentOf(key);
  const isJson = key.endsWith('.json') || key.endsWith('.fired');
  await keep(name, isJson ? JSON.parse(Buffer.from(content).toString()) : content);
}
const keys = database
  .prepare(
    'SELECT DISTINCT key FROM object_versions WHERE latest = 1 AND sha256 IS NOT NULL ORDER BY sequence',
  )
  .all()
  .map(({ key }) => String(key));
const OBJECTS: Readonly<Record<string, RegExp>> = {
  'program-settings-1.json': /settings\.json$/,
  'webhooks-1.json': /webhooks\.json$/,
  'active-model-1.promoted.json': /^models\/active\.json$/,
  'promotion-1.promote.json': /^models\/active\/000001/,
  'promotion-1.shadow.json': /^models\/active\/000002/,
  'answered-request.json': /^requests\//,
  'audit-entries.jsonl': /^audit\/north/,
  'job-manifest.jsonl': /^job-manifests\//,
  'job-schedule-1.fired.json': /^job-schedules\/.*\.json$/,
  'schedule-fired-1.json': /\.fired$/,
  'job-1.json': /^job-records\//,
  'job-shard.jsonl': /^jobs\/.*shard-000000/,
  'job-plan-1.json': /plan\.json$/,
  'shard-results-1.json': /results\/000000/,
  'shard-receipt-1.json': /receipts\/000000/,
  'job-cancelled-1.json': /cancelled\.json$/,
  'job-report-1.json': /^job-reports\//,
};
for (const [name, pattern] of Object.entries(OBJECTS)) {
  const key = keys.find((candidate) => pattern.test(candidate));
  if (key === undefined) throw new Error(`Expected an object like ${pattern}.`);
  await keepObject(name, key);
}
const ofKind = (prefix: string) => keys.filter((key) => key.startsWith(prefix));
await keepObject('job-1.shadow.json', String(ofKind('job-records/')[1]));
await keepObject('job-1.scheduled.json', String(ofKind('job-records/')[2]));
await keepObject(
  'job-schedule-1.waiting.json',
  String(ofKind('job-schedules/').filter((key) => key.endsWith('.json'))[1]),
);
await keepObject('shard-results-1.shadow.json', String(keys.filter((key) => /results\/000000/.test(key))[1]));
await keepObject(
  'shard-receipt-1.screen.json',
  String(keys.filter((key) => /receipts\/000000/.test(key))[2]),
);
await keepObject('job-report-1.cancelled.json', String(ofKind('job-reports/').at(-1)));
await keepObject('features-shard.safetensors', recordOf('P05').result.features.shard);
await keep('features-shard.expected.json', recordOf('P05').result.features);
await keep('head-1.from-prompts.json', JSON.parse(await readFile(at('new.head.json'), 'utf8')));
await cp(join(checkout, 'models/default/model.json'), join(out, 'model.json'));
const firstActive = JSON.parse(await readFile(join(out, 'promotion-1.promote.json'), 'utf8')).from;
await keep('active-model-1.json', firstActive);
for (const name of ['token', 'webhooks-followed']) await cp(join(data, name), join(out, name));
await cp(at('endpoint.json'), join(out, 'endpoint.json'));

const messages: { queue: string; body: string }[] = JSON.parse(await readFile(at('messages.json'), 'utf8'));
interface Body {
  readonly schema?: string;
  readonly type?: string;
  readonly model: object;
}

function message(queue: string, fits: (body: Body) => unknown): object {
  const found = messages.find((candidate) => candidate.queue === queue && fits(JSON.parse(candidate.body)));
  if (found === undefined) throw new Error(`Expected a message on ${queue}: ${fits}`);
  return JSON.parse(found.body);
}
const schema = (name: string) => (body: Body) => body.schema === name;
const type = (name: string) => (body: Body) => body.type === name;
await keep('screening-request-1.json', message('screening', schema('screening-request/1')));
await keep(
  'screening-request-1.shadow.json',
  message('screening', ({ model }) => 'shadow' in model),
);
await keep('screening-result-1.json', message('results', schema('screening-result/1')));
await keep(
  'screening-result-1.shadow.json',
  message('results', (body) => 'shadow' in body),
);
await keep('shard-rescored-1.json', message('results', schema('shard-rescored/1')));
await keep('exam-check-1.json', message('intake', schema('exam-check/1')));
await keep(
  'object-created.local.json',
  message('intake', (body) => 'Records' in body),
);
await keep('webhook-delivery-1.json', message('webhooks', schema('webhook-delivery/1')));
for (const name of ['ExamScreened', 'ExamReviewed', 'JobFinished']) {
  await keep(`event.${name}.json`, message('webhooks', type(name)));
}
await keep(
  'dead-letter.json',
  database.prepare("SELECT body, attributes FROM messages WHERE queue = 'intake-dead-letters'").get() ?? {},
);

// Counts are kept only where counting takes long: a clock that jumps makes it so.
const { CountedExams } = await release.module('core/summary/counted-exams.ts');
for (const [name, budgetMilliseconds] of [
  ['exam-count-part-1', 700],
  ['exam-count-1', undefined],
]) {
  let time = Date.parse('2026-03-31T12:00:00Z');
  const now = () => (time += 300);
  const onFault = (error: Error) => {
    throw error;
  };
  await new CountedExams(home.exams, home.objects, { onFault, budgetMilliseconds, now })
    .of('north')
    .catch(() => null);
  await keepObject(
    `${name}.json`,
    `counts/north/${budgetMilliseconds === undefined ? 'exams' : 'exams-part'}.json`,
  );
}
await home.close();
database.close();

// A cohort's features, and a head that is fitted to them.
const run = (...words: string[]) => release.attempt(words);
const photographs = at('first');
const embedded = await run('heads', 'embed', photographs, '--out', at('features.safetensors'), '--json');
if (embedded.code !== 0) console.error(embedded);
const labels = (await readdir(photographs)).map((patient, index) => `${patient},${index % 2}`);
await writeFile(at('labels.csv'), `patient,glaucoma\n${labels.join('\n')}\n`);
const fitted = await run(
  'heads',
  'fit',
  '--features',
  at('features.safetensors'),
  '--labels',
  at('labels.csv'),
  '--feature',
  'pair',
  '--name',
  'fitted',
  '--folds',
  '2',
  '--out',
  at('fitted.head.json'),
);
if (fitted.code !== 0) console.error(fitted);
await cp(at('features.safetensors'), join(out, 'cohort-features-1.safetensors'));
await keep('head-1.fitted.json', JSON.parse(await readFile(at('fitted.head.json'), 'utf8')));

// An export that is interrupted while its second page is read, a page holding three exams here. On a copy: the first
// folder stays as it was when its host was killed.
await cp(data, at('copy'), { recursive: true });
const copy = new Release(checkout, at('copy'));
await copy.start();
const { url, token } = await copy.endpoint();
let pages = 0;
let interrupt = () => {};
const proxy = createServer(async (request, response) => {
  const asked = new URL(String(request.url), url);
  if (asked.searchParams.has('limit')) asked.searchParams.set('limit', '3');
  if (asked.pathname.endsWith('/results') && ++pages === 2) interrupt();
  const answer = await fetch(asked, { headers: { authorization: `Bearer ${token}` } });
  response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
}).listen(0, '127.0.0.1');
await once(proxy, 'listening');
const { port } = proxy.address() as { port: number };
for (const format of ['csv', 'parquet', 'fhir']) {
  pages = 0;
  const words = [
    'export',
    '--program',
    'north',
    '--format',
    format,
    '--out',
    join(out, `exams.${format}`),
    '--json',
  ];
  const exported = spawn(process.execPath, ['cli/main.ts', ...words], {
    cwd: checkout,
    env: { ...process.env, RETCLIP_ENDPOINT: `http://127.0.0.1:${port}`, RETCLIP_TOKEN: token },
    stdio: 'inherit',
  });
  interrupt = () => exported.kill('SIGINT');
  await once(exported, 'exit');
}
proxy.close();

// The table of pseudonyms that an operator keeps.
await writeFile(at('pseudonym.key'), 'a key of thirty-two characters..');
const table = join(out, 'pseudonyms.csv');
await copy.retclip(
  'upload',
  at('again'),
  '--program',
  'pseudonymous',
  '--pseudonymize',
  '--key-file',
  at('pseudonym.key'),
  '--table',
  table,
);
await cp(at('pseudonym.key'), join(out, 'pseudonym.key'));
await copy.kill();
