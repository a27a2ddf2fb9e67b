import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { run } from '../../cli/retclip.ts';
import { drawnHead } from '../../rescore-worker/testing/population.ts';
import { ServedApi } from '../system/served-api.ts';

let api: ServedApi;
let folder: string;
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  api = await ServedApi.open();
  await api.run.upload('left', 'L');
  await api.run.upload('right', 'R');
  await api.run.settle();
  folder = await mkdtemp(join(tmpdir(), 'exit-codes-'));
  await mkdir(at('folder'));
  await writeFile(at('bad.json'), '{');
  await writeFile(at('labels.csv'), 'patient,glaucoma\nP1,1\n');
  await writeFile(at('manifest.csv'), 'patient,exam\nP1,2026-05-01\n');
  await writeFile(at('wide.json'), JSON.stringify(drawnHead('wide', 9, ['glaucoma'])));
  const active = await api.run.home.objects.get('models/active.json');
  const model = { ...JSON.parse(Buffer.from(active.content).toString()), embedding: 8 };
  await api.run.activate(model);
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** Runs the command in this process, as a terminal without colours would. */
async function ended(words: readonly string[], environment: Readonly<Record<string, string>>) {
  const stdout: string[] = [];
  const stderr: string[] = [];
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => stdout.push(String(text)) > 0),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => stderr.push(String(text)) > 0),
  ];
  try {
    const code = await run(words);
    return { code: code ?? process.exitCode ?? 0, stdout: stdout.join(''), stderr: stderr.join('') };
  } finally {
    process.exitCode = undefined;
    for (const spy of spies) spy.mockRestore();
    vi.unstubAllEnvs();
  }
}

const WRONG_USE = 2;
const FAILED = 3;
const SCREEN = 'job create --program north --mode screen';
const RESCORE = 'job create --program north --mode rescore';

/** `@name` is a file of the test's folder; quoted words may hold spaces. */
function wordsOf(line: string): string[] {
  const words = line.match(/"[^"]*"|\S+/g) ?? [];
  return words.map((word) => word.replaceAll('"', '').replace(/^@/, `${folder}/`));
}

describe('exit codes', () => {
  it.each<[string, RegExp]>([
    ['job create --program north --mode guess', /screen, rescore/],
    [`${SCREEN} --schedule "every day"`, /"every day" is none\. Expected "cron/],
    [`${SCREEN} --schedule "cron(0 2 * * * *)"`, /both a day of the month and a day of the week/],
    [`${SCREEN} --schedule at(2020-01-01T00:00:00)`, /lies in the past/],
    [`${SCREEN} --schedule at(2027-02-30T00:00:00)`, /names no instant/],
    [`${SCREEN} --schedule "rate(1 day)" --time-zone Mars/Olympus`, /IANA time zone/],
    [`${SCREEN} --schedule "rate(1 day)" --wait`, /contradict/],
    [`${SCREEN} --since 2026-05-02 --until 2026-05-01`, /since is not before until/],
    [`${SCREEN} --since yesterday-ish`, /--since.*yesterday-ish/],
    [`${SCREEN} --outcome refer --due-for-recall 30`, /only exams with outcome "recall"/],
    [`${SCREEN} --due-for-recall soon`, /whole days/],
    [`${SCREEN} --min 0.4`, /--label/],
    [`${SCREEN} --label glaucoma --min 7`, /from 0 to 1/],
    [`${SCREEN} --shadow`, /shadow needs mode "rescore"/],
    [`${SCREEN} --threshold odir/glaucoma=0.4`, /thresholds need mode "rescore"/],
    [`${SCREEN} --retry none`, /no job "none"/],
    [`${SCREEN} --retry none --manifest @manifest.csv`, /contradict/],
    [`${SCREEN} --manifest @labels.csv`, /columns patient and exam/],
    [`${SCREEN} --manifest @nowhere.csv`, /nowhere\.csv/],
    [`${RESCORE} --shadow`, /shadow needs heads/],
    [`${RESCORE} --heads @nowhere.json`, /nowhere\.json/],
    [`${RESCORE} --heads @bad.json`, /not JSON/],
    [`${RESCORE} --heads @wide.json`, /9 channels/],
    [`${RESCORE} --threshold glaucoma`, /HEAD\/LABEL=PROBABILITY/],
    ['job create --program nobody --mode screen', /There is no program "nobody"/],
    ['job create --program a/b --mode screen', /"a\/b" names no program/],
    ['job show none --program north', /no job "none"/],
    ['job cancel none --program north', /no job "none"/],
    ['job unschedule none --program north', /no schedule "none"/],
    ['job list --program a/b', /names no program/],
    ['results --program north --label glaucoma --min high', /from 0 to 1.*high/],
    ['results --program north --label glaucoma --min 0.9 --max 0.1', /min is larger than max/],
    ['results --program nroth', /no program "nroth"\. Did you mean "north"\?/],
    ['worklist --program nroth', /Did you mean "north"\?/],
    ['search east --program nroth', /Did you mean "north"\?/],
    ['job list --program nroth', /Did you mean "north"\?/],
    ['redrive intake --program nroth', /Did you mean "north"\?/],
    ['results --program north --label glaucomma', /Did you mean "glaucoma"\?/],
    [`${SCREEN} --label glaukoma`, /Did you mean "glaucoma"\?/],
    ['results --program north --since 2026-05-02 --until 2026-05-01', /since is not before until/],
    ['review none --program north --patient P1 --outcome refer', /no exam "none"/],
    ['worklist --program a/b', /names no program/],
    ['search --program north', /text or --exam/],
    ['search east --exam A/1 --program north', /text or --exam/],
    ['search --program north --exam A', /PATIENT\/EXAM/],
    ['search east --program north --limit 1000000', /1 to 100/],
    ['search --program north --exam nobody/1', /no features to search by/],
    ['export --program nobody --format csv --out @x.csv', /There is no program "nobody"/],
    ['export --program north --format csv --out @folder', /is a folder/],
    ['export --program north --format csv --out @none/x.csv', /none" is not there/],
    ['redrive nowhere --program north', /intake, screening/],
    ['redrive screening --program a/b', /names no program/],
    ['upload @nowhere --program north', /nowhere/],
    ['model info @nowhere', /nowhere" is not there/],
    ['model verify @bad.json', /is no folder/],
    ['model import @nowhere.pt --vocab @labels.csv --out @out', /nowhere\.pt/],
    ['model import @bad.json --vocab @nowhere.txt --out @out', /nowhere\.txt/],
    ['model import @bad.json --vocab @labels.csv --out @folder', /there already/],
    ['model embed --text x --model @nowhere', /nowhere/],
    ['heads embed @nowhere --out @out', /nowhere/],
    ['heads fit --features @nowhere --labels @labels.csv --feature pair --name m --out @out', /nowhere/],
    ['heads fit --features @bad.json --labels @nowhere --feature pair --name m --out @out', /nowhere/],
    ['heads eval @bad.json --features @bad.json --labels @labels.csv --out @out', /not JSON/],
    ['heads eval @wide.json --features @nowhere --labels @labels.csv --out @out', /nowhere/],
    ['heads from-prompts @bad.json --out @out', /not JSON/],
    ['heads promote', /Which heads/],
    ['heads promote @wide.json', /9 channels/],
    ['heads promote --job none --program north', /no job "none"/],
    ['heads rollback', /nothing to take back/],
    ['heads shadow start @bad.json', /not JSON/],
    ['heads shadow stop', /No head is in shadow/],
    ['heads shadow-report --program north --job none', /no job "none"/],
    ['benchmark odir --data @nowhere --out @out', /nowhere/],
    ['demo --exams 0', /whole number/],
    ['local --model @nowhere', /nowhere/],
  ])('wrong use is 2: retclip %s', async (line, message) => {
    const { code, stdout, stderr } = await ended(wordsOf(line), api.environment);
    expect(stderr).toMatch(message);
    expect(code).toBe(WRONG_USE);
    expect(stdout).toBe('');
  });

  it.each<[string, string, Readonly<Record<string, string>>, RegExp]>([
    ['no answer', 'results --program north --data @folder', {}, /No system runs/],
    ['a token that is not accepted', 'results --program north', { RETCLIP_TOKEN: 'other' }, /token/i],
    ['a bundle that is damaged', 'model verify @folder', {}, /no model bundle/],
    [
      'a checkpoint that is none',
      'model import @bad.json --vocab @labels.csv --out @out',
      {},
      /is no index of a checkpoint/,
    ],
  ])('failure is 3: %s', async (_, line, environment, message) => {
    const { code, stderr } = await ended(wordsOf(line), { ...api.environment, ...environment });
    expect(stderr).toMatch(message);
    expect(code).toBe(FAILED);
  });

  it.each([
    [
      'upload --dry-run --json @refused.csv',
      'program,patient,exam,laterality,path\nnorth,P1,1,middle,a.jpg\n',
    ],
  ])('refused items are 1: retclip %s', async (line, manifest) => {
    await writeFile(at('refused.csv'), manifest);
    expect((await ended(wordsOf(line), api.environment)).code).toBe(1);
  });

  it('all well is 0', async () => {
    const { code, stdout } = await ended(['results', '--program', 'north', '--json'], api.environment);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ program: 'north', outcome: 'refer' });
  });
});
