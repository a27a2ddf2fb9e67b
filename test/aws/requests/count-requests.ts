import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULT_SETTINGS, settingsKey } from '../../../core/programs/program-settings.ts';
import { disagreements } from '../../../lib/cost/work/agreement.ts';
import { PROJECT_ROOT } from '../../../lib/project-root.ts';
import { type EmulatedAccount, openAccount } from '../account/emulated-account.ts';
import { CommandLine } from '../people/command-line.ts';
import { People } from '../people/sign-in.ts';
import { DEFAULT_BUNDLE } from '../scenario/bundles.ts';
import { installModel } from '../scenario/install-model.ts';
import { drawExams, writeManifest } from '../scenario/photographs.ts';
import { Stores } from '../scenario/stores.ts';
import { waitUntil } from '../scenario/wait-until.ts';
import { countedSince, snapshotOf } from './counted.ts';

/**
 * Counts what exams ask of AWS, by the stack as it is deployed on this machine: `npm run bench:requests`. The first exams are
 * left out, since they meet a system that has just been made. Standard output is one JSON object. It ends with 1 where the model
 * of costs says something else, and names it; `--write` keeps what was counted for the model.
 */
const { values } = parseArgs({
  options: {
    exams: { type: 'string', default: '60' },
    first: { type: 'string', default: '10' },
    write: { type: 'boolean', default: false },
  },
});
/** What docs/cost.md is written from, and a test holds the model to. */
const RECORD = join(PROJECT_ROOT, 'lib/cost/work/counted-requests.json');
const PROGRAM = 'north';
let hasAgreed = false;
const QUEUES = ['Preparation', 'Intake', 'Screening', 'Results', 'Indexing', 'Webhooks'];

function recordIn(item: string): { readonly patient: string; readonly status: string } {
  return JSON.parse((JSON.parse(item) as { record: { S: string } }).record.S);
}

/** What an item takes in the table: its names and its texts. */
function sizeOf(item: Readonly<Record<string, { readonly S?: string; readonly N?: string }>>): number {
  return Object.entries(item).reduce(
    (sum, [name, { S, N }]) => sum + name.length + Buffer.byteLength(S ?? N ?? ''),
    0,
  );
}

function tell(part: string): void {
  process.stderr.write(`${process.uptime().toFixed(0).padStart(4)} s  ${part}\n`);
}

async function screen(
  account: EmulatedAccount,
  operator: CommandLine,
  stores: Stores,
  name: string,
  count: number,
) {
  const patients = Array.from({ length: count }, (_, index) => [`${name}-${index}`, '2026-05-01'] as const);
  const folder = join(account.workFolder, `photographs-${name}`);
  const manifest = await writeManifest(folder, PROGRAM, await drawExams(patients));
  const words = ['--accept-doubts', 'all', '--json', '--program', PROGRAM];
  await operator.insist(
    'endpoint',
    0,
    'upload',
    manifest,
    ...words,
    ...(name === 'first' ? ['--new-program'] : []),
  );
  tell(`${count} exams are uploaded`);
  await waitUntil(`the answer of ${count} exams`, async () => {
    const records = (await stores.items()).map(recordIn);
    const ended = records.filter(
      ({ patient, status }) => patient.startsWith(`${name}-`) && status === 'screened',
    );
    return ended.length >= count ? ended : undefined;
  });
  tell(`${count} exams are answered`);
  await waitUntil('queues without work', async () => {
    const depths = await Promise.all(QUEUES.map((title) => stores.depth(`${title}Queue`)));
    return depths.every((depth) => depth === 0) ? depths : undefined;
  });
}

async function main(workFolder: string): Promise<void> {
  const account = await openAccount({ workFolder });
  try {
    const people = new People(account.administrator, account.stack);
    const scopes = ['scope:read', 'scope:operate', 'scope:admin'];
    const token = await people.add('operator-1', [`program:${PROGRAM}`, ...scopes]);
    const stores = new Stores(account);
    const operator = new CommandLine(account.endpoint, account.stack.outputs.Endpoint ?? '', token);
    await installModel(stores, DEFAULT_BUNDLE);
    // Each exam is looked at again when its window is over: that counts as well, and is not waited for for long.
    const settings = { ...DEFAULT_SETTINGS, pairingWindowSeconds: 60 };
    await stores.put(settingsKey(PROGRAM), Buffer.from(JSON.stringify(settings)));
    const workers = await account.startWorkers();
    await screen(account, operator, stores, 'first', Number(values.first));
    const before = snapshotOf(account);
    const exams = Number(values.exams);
    await screen(account, operator, stores, 'counted', exams);
    const sizes = (await stores.items()).map((item) => sizeOf(JSON.parse(item)));
    const itemBytes = Math.round(sizes.reduce((sum, size) => sum + size, 0) / sizes.length);
    const counted = countedSince(account, before, { exams, imagesPerExam: 2, itemBytes });
    process.stdout.write(`${JSON.stringify(counted)}\n`);
    for (const line of disagreements(counted)) process.stderr.write(`${line}\n`);
    hasAgreed = disagreements(counted).length === 0;
    if (values.write) await writeFile(RECORD, `${JSON.stringify(counted, null, 2)}\n`);
    await workers.stop();
    stores.close();
  } finally {
    await account.close();
  }
}

const workFolder = await mkdtemp(join(tmpdir(), 'retclip-requests-'));
await main(workFolder);
await rm(workFolder, { recursive: true, force: true });
process.exit(hasAgreed ? 0 : 1);
