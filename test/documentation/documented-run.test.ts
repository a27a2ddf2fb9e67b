import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blocksOf, commandsOf, type DocumentedCommand, pages, textOf } from './documented-commands.ts';
import { NOT_RUN } from './not-run.ts';
import { Workplace } from './workplace.ts';

/** Pages are read in this order; the first one starts the system and uploads. */
const order = (page: string) => (page === 'README.md' ? '' : page);
const all = (await pages()).sort((a, b) => (order(a) < order(b) ? -1 : 1));
const isRun = ({ page, text }: DocumentedCommand) =>
  !NOT_RUN.some((one) => one.page === page && one.line.test(text));
const blocks = (await Promise.all(all.map(async (page) => blocksOf(page, await textOf(page)))))
  .flat()
  .filter(({ language }) => language === 'sh')
  .map((block) => ({ ...block, commands: commandsOf(block).filter(isRun) }))
  .filter(({ commands }) => commands.length > 0);

let workplace: Workplace;
beforeAll(async () => {
  workplace = await Workplace.open();
}, 120_000);
afterAll(() => workplace.close());

/** The names in capitals stand for what a reader has; large numbers for what a reader waits for. */
const BINDINGS: readonly (readonly [RegExp, string])[] = [
  [/^(RETCLIP_TOKEN=.*)PATIENT\/EXAM\b/, '$1phantom-000002/1'],
  [/\bPATIENT\/EXAM\b/, 'phantom-000001/1'],
  [/\bpatient (show|move-image|withdraw-image) PATIENT\b/, 'patient $1 phantom-000001'],
  // One whom no other line needs.
  [/\bpatient erase PATIENT\b/, 'patient erase phantom-000013'],
  [/--exam EXAM --image KEY(?= --to)/, '--exam moved --image images/north/phantom-000001/moved/right.jpg'],
  [/--exam EXAM --image KEY\b/, '--exam moved --image images/north/phantom-000001/moved/left.jpg'],
  [/\bP001\/2026-05-01\b/, 'phantom-000001/1'],
  // Beside the folder of each page lies the token of a reader.
  [/\bRETCLIP_TOKEN=…/, 'RETCLIP_TOKEN=$(cat ../reader-token)'],
  // The made-up checkpoint is smaller than any published one: its heads are told.
  [/\bmodel import ret-clip\.pt\b/, 'model import ret-clip.pt --vision-heads 1 --text-heads 1'],
  [/\bFOLDER\b(?=.*--pattern '\{clinic\}\/)/, 'CLINICS'],
  [/(phantoms\/make\.ts .*--exams) \d+/, '$1 2'],
  // The phantoms have no photograph of the disc: their maculas stand for it.
  [/\bheads embed DISCS\b/, 'heads embed FOLDER'],
  // Of fourteen patients nothing stricter can be promised.
  [/--miss 0\.1 --label-miss \S+/, '--miss 0.3 --label-miss glaucoma=0.3'],
];

/** What has to happen between two lines that a reader does not run in one breath. */
const BEFORE: readonly { readonly line: RegExp; readonly lines: readonly string[] }[] = [
  {
    // The photographs that later lines send again are left where they are.
    line: /^npx retclip patient move-image/,
    lines: ['npx retclip upload LATER --program north --exam moved --wait --accept-doubts all --data ./data'],
  },
  {
    line: /^npx retclip heads shadow-report/,
    lines: ['npx retclip upload LATER --program north --exam later --wait --data ./data'],
  },
];

function bound(text: string): string {
  return BINDINGS.reduce((line, [name, value]) => line.replace(name, value), text);
}

async function runBlock(page: string, commands: readonly DocumentedCommand[]): Promise<string> {
  let printed = '';
  let lines: string[] = [];
  const flush = async () => {
    if (lines.length > 0) printed += await workplace.run(page, lines);
    lines = [];
  };
  for (const { text } of commands) {
    const local = /^npx retclip local --data \.\/data(?: --model (\S+))?$/.exec(text);
    if (local === null) {
      lines.push(
        ...BEFORE.filter(({ line }) => line.test(text)).flatMap((before) => before.lines),
        bound(text),
      );
      continue;
    }
    await flush();
    await workplace.serve(page, local[1]);
  }
  await flush();
  // Other pages speak to the system that the first block has started.
  if (commands.some(({ text }) => /^npx retclip local .*--model/.test(text)))
    await workplace.serve(page, undefined);
  return printed;
}

describe('what the pages say to run', () => {
  it.each(blocks.map((block) => [`${block.page}:${block.line}`, block] as const))(
    'runs: %s',
    async (_, { page, commands }) => {
      const printed = await runBlock(page, commands);
      if (commands.some(({ text }) => /retclip (?:results|worklist|search|job create)/.test(text))) {
        expect(printed).toMatch(/phantom-0000|finished/);
      }
    },
    240_000,
  );

  it('has changed one field of the settings, and lost no rule of the policy', async () => {
    const { url, token } = JSON.parse(await workplace.read('docs/laterality.md', 'data/endpoint.json'));
    const answer = await fetch(`${url}/v1/programs/north/settings`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const { policy } = (await answer.json()) as { policy: { lateralitySuspect: string; rules: object[] } };
    expect(policy.lateralitySuspect).toBe('ungradable');
    expect(policy.rules).toEqual(
      expect.arrayContaining([
        { label: 'normal', outcome: 'recall' },
        { label: 'retinal-detachment', outcome: 'refer-urgent' },
        { label: '*', outcome: 'refer' },
      ]),
    );
  });

  it('has made what the pages speak of', async () => {
    expect(await workplace.read('README.md', 'north.ndjson')).toMatch(/"resourceType":"Bundle"/);
    expect(await workplace.read('README.md', 'report/evaluation.md')).toMatch(/glaucoma/);
    expect(JSON.parse(await workplace.read('README.md', 'mine.head.json')).name).toBe('mine');
    const bundle = JSON.parse(await workplace.read('README.md', 'bundles/ret-clip-glaucoma/model.json'));
    expect(bundle.heads).toMatchObject([{ name: 'glaucoma' }]);
    expect(JSON.parse(await workplace.read('README.md', 'bundles/ret-clip/model.json')).id).toBe(bundle.id);
  });
});
