import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually, Release } from './release.ts';

// node test/former-forms/0.1.0/make-data-folder.ts CHECKOUT WORK: README.md beside this file says what comes of it.
const [checkout = '', work = ''] = process.argv.slice(2);
const data = join(work, 'data');
const at = (...names: string[]) => join(work, ...names);
const release = new Release(checkout, data);
const { writeCohort } = await release.module('phantoms/index.ts');
const { default: sharp } = await release.module('node_modules/sharp/dist/index.mjs');

await writeCohort(at('drawn'), { exams: 20, seed: 'release', size: 256 });
const drawn = (number: number, eye: string) =>
  at('drawn', `phantom-${String(number).padStart(6, '0')}_${eye}.jpg`);
const visit = (patient: string) => `2026-03-${patient.slice(1)}`;

/** Puts drawn photographs of these eyes into a folder that is uploaded as one. */
async function lay(folder: string, patient: string, eyes: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(at(folder, patient, visit(patient)), { recursive: true });
  for (const [eye, file] of Object.entries(eyes))
    await cp(file, at(folder, patient, visit(patient), `${eye}.jpg`));
}
const pairOf = (number: number) => ({ left: drawn(number, 'left'), right: drawn(number, 'right') });
const send = (folder: string, ...words: string[]) => release.retclip('upload', at(folder), ...words);
const exam = (patient: string) =>
  release.call('GET', `/v1/programs/north/patients/${patient}/exams/${visit(patient)}`);
const json = async (...words: string[]) => JSON.parse(await release.retclip(...words, '--json'));
const read = (patient: string, outcome: string, by: string, ...note: string[]) =>
  release.retclip(
    'review',
    `${patient}/${visit(patient)}`,
    '--outcome',
    outcome,
    '--by',
    by,
    '--program',
    'north',
    ...note,
  );

await release.start();
await release.call('PUT', '/v1/programs/north/settings', {
  schema: 'program-settings/1',
  pairingWindowSeconds: 840,
  policy: {
    schema: 'outcome-policy/1',
    rules: [
      { label: 'normal', outcome: 'recall' },
      { label: 'cataract', head: 'odir', level: 'patient', minimumProbability: 0.6, outcome: 'refer' },
      { label: 'cataract', outcome: 'recall' },
      { label: 'amd', level: 'patient', outcome: 'refer-urgent' },
      { label: '*', outcome: 'refer' },
    ],
    ungradableEye: 'ungradable',
    missingEye: 'recall',
    lateralitySuspect: 'refer',
  },
  review: {
    overReadShare: 0.5,
    seed: 'a seed of the release',
    deadlineDays: { recall: 30, ungradable: 7, refer: 10, 'refer-urgent': 2 },
  },
});
await release.call(
  'POST',
  '/v1/programs/north/webhooks',
  { url: 'http://127.0.0.1:9/hook', events: ['JobFinished'] },
  { 'idempotency-key': 'first-webhook' },
);

// Every message that is ever queued, for the single forms.
const database = new DatabaseSync(join(data, 'state.sqlite'));
database.exec(`CREATE TABLE kept (queue TEXT, body TEXT);
  CREATE TRIGGER keep AFTER INSERT ON messages BEGIN INSERT INTO kept VALUES (new.queue, new.body); END;`);

for (const number of [1, 2, 3, 4, 7, 8, 9, 10, 12]) {
  await lay('first', `P${String(number).padStart(2, '0')}`, pairOf(number - 1));
}
await lay('first', 'P05', { right: drawn(4, 'right') });
await lay('first', 'P14', { left: drawn(17, 'right'), right: drawn(17, 'left') });
for (const [name, background] of [
  ['dark', '#060302'],
  ['grey', '#808080'],
] as const) {
  await sharp({ create: { width: 256, height: 256, channels: 3, background } })
    .jpeg()
    .toFile(at(`${name}.jpg`));
}
await lay('first', 'P15', { left: drawn(18, 'left'), right: at('dark.jpg') });
await lay('first', 'P17', { left: drawn(19, 'left'), right: at('grey.jpg') });
await send('first', '--program', 'north', '--wait');

await lay('again', 'P08', { left: drawn(15, 'left'), right: drawn(7, 'right') });
await send('again', '--program', 'north', '--wait');
await lay('south', 'P01', pairOf(16));
await send('south', '--program', 'south', '--wait');

await read('P01', 'refer', 'anna', '--note', 'hypertensive changes of the left eye');
for (const by of ['anna', 'ben']) await read('P03', 'recall', by);
await read('P07', 'recall', 'ben');
await read('P09', 'recall', 'anna');
await read('P09', 'refer', 'ben');
await read('P12', 'recall', 'anna');
await read('P12', 'refer', 'ben');
await read('P12', 'refer-urgent', 'carla', '--note', 'right lens');

const prompts = {
  name: 'new',
  level: 'patient',
  labels: {
    glaucoma: { positive: ['双眼青光眼'], negative: ['双眼正常眼底'], threshold: 0.25 },
  },
};
await writeFile(at('prompts.json'), JSON.stringify(prompts));
await release.attempt(['heads', 'from-prompts', at('prompts.json'), '--out', at('new.head.json')]);
const tried = {
  ...prompts,
  name: 'tried',
  labels: { amd: { positive: ['双眼黄斑变性'], negative: ['双眼正常眼底'] } },
};
await writeFile(at('tried.json'), JSON.stringify(tried));
await release.attempt(['heads', 'from-prompts', at('tried.json'), '--out', at('tried.head.json')]);
const job = (mode: string, ...words: string[]) =>
  json('job', 'create', '--program', 'north', '--mode', mode, ...words);
await writeFile(at('rescore.csv'), `patient,exam\nP02,${visit('P02')}\nP05,${visit('P05')}\nP99,none\n`);
await release.attempt([
  ...['job', 'create', '--program', 'north', '--mode', 'rescore', '--heads', at('new.head.json')],
  ...['--manifest', at('rescore.csv'), '--wait', '--json', '--data', data],
]);
await writeFile(at('shadow.csv'), `patient,exam\nP04,${visit('P04')}\nP10,${visit('P10')}\n`);
await job('rescore', '--heads', at('tried.head.json'), '--shadow', '--manifest', at('shadow.csv'), '--wait');

const soon = new Date(Date.now() + 3_000).toISOString().slice(0, 19);
await job('screen', '--outcome', 'refer-urgent', '--schedule', `at(${soon})`);
await job(
  'rescore',
  '--due-for-recall',
  '365',
  '--schedule',
  'cron(0 2 1 1 ? 2099)',
  '--time-zone',
  'Asia/Shanghai',
);
await delay(5_000);

await json('heads', 'promote', at('new.head.json'));
await json('heads', 'shadow', 'start', at('tried.head.json'));
// Intake and worker remember what is active for some seconds.
await delay(16_000);
await lay('promoted', 'P13', pairOf(12));
await send('promoted', '--program', 'north', '--wait');

const folder = await release.module('local/home.ts');
const home = await folder.openLocalHome(data, { sweep: false });
await home.objects.put('images/north/P16/2026-03-16/photograph.jpg', new Uint8Array([255, 216, 255, 217]), {
  contentType: 'image/jpeg',
});
await home.close();
await eventually(
  async () => (await release.call('GET', '/v1/programs/north/dead-letters/intake')).items.length > 0,
);

await release
  .call('POST', '/v1/programs/north/search', { text: '双眼糖尿病视网膜病变' })
  .catch(console.error);
await release.freezeWorker();
// One eye alone that was not announced.
const content = await readFile(drawn(5, 'left'));
const { items } = await release.call('POST', '/v1/programs/north/uploads', {
  images: [
    {
      patient: 'P06',
      exam: visit('P06'),
      laterality: 'left',
      extension: 'jpg',
      contentType: 'image/jpeg',
      bytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
      eyes: 'both',
    },
  ],
});
await fetch(items[0].url, { method: items[0].method ?? 'PUT', headers: items[0].headers, body: content });
await lay('frozen', 'P11', pairOf(10));
await send('frozen', '--program', 'north');
const canceled = await job('screen', '--outcome', 'ungradable');
await release.call('POST', `/v1/programs/north/jobs/${canceled.job}/cancel`);
await writeFile(at('open.csv'), `patient,exam\nP10,${visit('P10')}\n`);
await job('screen', '--manifest', at('open.csv'));
await eventually(async () => (await exam('P11')).state.status === 'screening');
await eventually(async () => (await exam('P06')).state.status === 'registered');
await delay(3_000);

await cp(join(data, 'endpoint.json'), at('endpoint.json'));
await release.kill();
const kept = database.prepare('SELECT queue, body FROM kept').all();
await writeFile(at('messages.json'), JSON.stringify(kept, null, 1));
database.exec('DROP TRIGGER keep; DROP TABLE kept;');
database.close();
