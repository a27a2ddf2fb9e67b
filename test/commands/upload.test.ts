import { spawn, spawnSync } from 'node:child_process';
import { appendFile, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from '../../cli/client.ts';
import { findEndpoint } from '../../cli/endpoint.ts';
import { sha256Of } from '../../cli/upload/finish-plan.ts';
import { planFolder } from '../../cli/upload/plan-folder.ts';
import { sendPlan } from '../../cli/upload/send-plan.ts';
import { PhotographFolder, picture } from '../../cli/upload/testing/photograph-files.ts';
import { UNGRADABLE_ADVICE } from '../../core/exams/quality.ts';
import { MAIN, retclip } from '../system/retclip.ts';
import { RunningSystem } from '../system/running-system.ts';

// Each case starts processes, which wait for a busy machine.
const PATIENT = { timeout: 180_000 };

let folder: PhotographFolder;
let system: RunningSystem;
let client: Client;

beforeAll(async () => {
  folder = await PhotographFolder.make();
  system = new RunningSystem(folder.at('data'));
  await system.start();
  client = new Client(() => findEndpoint({ data: system.dataFolder }), 'north');
}, 180_000);
afterAll(async () => {
  await system.stop();
  await folder[Symbol.asyncDispose]();
});

const upload = (source: string, ...words: string[]) =>
  retclip(['upload', folder.at(source), '--data', system.dataFolder, ...words]);
const statusOf = async (patient: string, exam = '1') => (await client.lookup([{ patient, exam }]))[0]?.status;

describe('retclip upload', PATIENT, () => {
  it('sends nothing while a question is open, and all once it is accepted', async () => {
    await folder.writeAll('doubtful/IMG_1_OD.jpg', 'doubtful/P1_OS.jpg');
    const open = await upload('doubtful', '--program', 'north');
    expect(open.code).toBe(1);
    expect(open.stderr).toMatch(/\?1 no-patient: .*Nothing was sent.*--accept-doubts no-patient/s);
    expect(await Promise.all(['IMG_1', 'P1'].map((patient) => statusOf(patient)))).toEqual([
      'unknown',
      'unknown',
    ]);
    const sent = await upload('doubtful', '--program', 'north', '--accept-doubts', 'no-patient', '--json');
    expect(sent.code).toBe(0);
    expect(JSON.parse(sent.stdout)).toMatchObject({ sent: 2, refused: [] });
    await expect.poll(() => statusOf('IMG_1'), { timeout: 60_000 }).not.toBe('unknown');
  });

  it('sends macula and disc of each eye as one exam, a copy once, and waits for the answer to all', async () => {
    await folder.writeAll('fields/F1_OS_macula.jpg', 'fields/F1_OS_disc.jpg', 'fields/F1_OD_1.jpg');
    for (const name of ['F1_OD_2.jpg', 'F1_OD_2 (2).jpg'])
      await folder.write(`fields/${name}`, await picture(7));
    const words = ['--program', 'north', '--accept-doubts', 'all', '--wait', '--json'];
    const first = await upload('fields', ...words);
    expect([first.code, JSON.parse(first.stdout)]).toMatchObject([
      0,
      { sent: 4, skipped: 1, refused: [], exams: 1 },
    ]);
    expect(JSON.parse((await upload('fields', ...words)).stdout)).toMatchObject({ sent: 0, skipped: 5 });
    const results = await retclip([
      ...['results', '--program', 'north', '--patient', 'F1', '--data', system.dataFolder, '--json'],
    ]);
    const { eyes } = JSON.parse(results.stdout);
    const imagesOf = (eye: { images: { image: string; field: string | null; gradable: boolean }[] }) =>
      eye.images.map(({ image, field, gradable }) => [image.split('/').at(-1), field, gradable]).toSorted();
    expect([imagesOf(eyes.left), imagesOf(eyes.right)]).toEqual([
      [
        ['left-disc.jpg', 'disc', false],
        ['left-macula.jpg', 'macula', false],
      ],
      [
        ['right-2.jpg', null, false],
        ['right.jpg', null, false],
      ],
    ]);
    const shown = await retclip(['patient', 'show', 'F1', '--program', 'north', '--data', system.dataFolder]);
    expect(shown.stdout).toMatch(/left +current +disc +\S+ +images\/north\/F1\/1\/left-disc\.jpg/);
    expect(shown.stdout).toMatch(/right +current +\S+ +images\/north\/F1\/1\/right-2\.jpg/);
  });

  it('makes no second program of a misspelt name', async () => {
    await folder.writeAll('pair/P2_OD.jpg', 'pair/P2_OS.jpg');
    const misspelt = await upload('pair', '--program', 'nroth', '--json');
    expect(misspelt.code).toBe(2);
    expect(misspelt.stderr).toMatch(
      /"nroth" is new .*Did you mean "north".*\? Nothing was sent\. Add --new-program/,
    );
    expect((await upload('pair', '--program', 'south', '--new-program')).code).toBe(0);
    expect((await upload('pair', '--program', 'south')).code).toBe(0);
  });

  it('begins no program whose name has a space, and sends nothing', async () => {
    const refused = await upload('pair', '--program', 'south east', '--new-program', '--json');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(
      /"south east" is new .* has no space in it: "south-east".*Nothing was sent/,
    );
  });

  it('asks where an exam has another photograph already, and no name tells the visit', async () => {
    await folder.writeAll('again/P9_OD.jpg', 'again/P9_OS.jpg', 'again/2026-11-20/P10_OD.jpg');
    const words = ['--program', 'north', '--json', '--accept-doubts', 'other-pattern'];
    expect((await upload('again', ...words)).code).toBe(0);
    while ([await statusOf('P9'), await statusOf('P10', '2026-11-20')].includes('unknown')) await delay(100);
    await folder.writeAll('again/P9_OS.jpg', 'again/2026-11-20/P10_OD.jpg');
    const asked = await upload('again', ...words);
    expect(asked.code).toBe(1);
    expect(JSON.parse(asked.stdout)).toMatchObject({
      sent: 0,
      questions: [
        {
          kind: 'exam-exists',
          text: expect.stringMatching(/P9 .*--exam/),
          paths: [folder.at('again/P9_OD.jpg'), folder.at('again/P9_OS.jpg')],
        },
      ],
    });
  });

  it('says of each photograph what to do, one line of JSON each beside the one object', async () => {
    await folder.writeAll('unfit/P20_OD.jpg', 'unfit/P20_OS.jpg');
    const sent = await upload('unfit', '--program', 'north', '--wait', '--json');
    expect(JSON.parse(sent.stdout)).toMatchObject({ sent: 2, gradable: 0, ungradable: 2 });
    const lines = sent.stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    // The smallest JPEG that can be written shows no retina.
    const advice = UNGRADABLE_ADVICE['not-a-fundus-photograph'];
    expect(lines.map(({ image }) => image).toSorted()).toEqual([
      'images/north/P20/1/left.jpg',
      'images/north/P20/1/right.jpg',
    ]);
    for (const line of lines) expect(line).toMatchObject({ gradable: false, advice });
  });

  it('adds a photograph of another name to what a run before has sent, and replaces the one of its own name', async () => {
    const words = [
      '--program',
      'north',
      '--exam',
      '2026-05-01',
      '--accept-doubts',
      'all',
      '--wait',
      '--json',
    ];
    const sent = async (source: string) => JSON.parse((await upload(source, ...words)).stdout);
    const shown = async () => {
      const { stdout } = await retclip([
        ...['patient', 'show', 'N1', '--program', 'north', '--data', system.dataFolder, '--json'],
      ]);
      const { images } = JSON.parse(stdout) as { images: { image: string; state: string }[] };
      return images.map(({ image, state }) => `${image.split('/').at(-1)} ${state}`).toSorted();
    };
    await folder.write('monday/N1_OS_1.jpg', await picture(11));
    await folder.write('tuesday/N1_OS_2.jpg', await picture(12));
    expect(await sent('monday')).toMatchObject({ sent: 1, replaced: 0 });
    expect(await sent('tuesday')).toMatchObject({ sent: 1, replaced: 0 });
    expect(await shown()).toEqual(['left-2.jpg current', 'left.jpg current']);
    for (const again of ['monday', 'tuesday'])
      expect(await sent(again)).toMatchObject({ sent: 0, skipped: 1 });
    await folder.write('tuesday/N1_OS_2.jpg', await picture(13));
    expect(await sent('tuesday')).toMatchObject({ sent: 1, replaced: 1 });
    expect(await shown()).toEqual(['left-2.jpg current', 'left-2.jpg replaced', 'left.jpg current']);
  });

  it('refuses what changed or vanished since it was planned, announces no partner for it, and sends the rest', async () => {
    await folder.writeAll('moving/P3_OD.jpg', 'moving/P3_OS.jpg', 'moving/P4_OD.jpg', 'moving/P4_OS.jpg');
    const { images } = await planFolder(folder.at('moving'), 'north');
    await appendFile(folder.at('moving/P3_OS.jpg'), 'x');
    await rm(folder.at('moving/P4_OD.jpg'));
    const report = await sendPlan(images, () => client, { concurrency: 2 });
    expect(report.refused).toEqual([
      { path: folder.at('moving/P3_OS.jpg'), reason: expect.stringMatching(/changed since/) },
      { path: folder.at('moving/P4_OD.jpg'), reason: expect.stringMatching(/vanished since/) },
    ]);
    expect(report.sent.map(({ image }) => `${image.exam.patient} ${image.laterality}`).sort()).toEqual([
      'P3 right',
      'P4 left',
    ]);
    // Neither waits for the eye that is not coming.
    const missing = async () =>
      (
        await client.lookup([
          { patient: 'P3', exam: '1' },
          { patient: 'P4', exam: '1' },
        ])
      ).map(({ missingEyes }) => missingEyes);
    while ((await Promise.all(['P3', 'P4'].map((patient) => statusOf(patient)))).includes('unknown'))
      await delay(100);
    expect(await missing()).toEqual([
      { left: 'not-supplied', right: null },
      { left: null, right: 'not-supplied' },
    ]);
  });

  it('says what an exam waits for, and names the file that was refused', async () => {
    await announceBoth('P5', 'waiting/P5_left.jpg');
    await folder.write(
      'waiting/m.csv',
      'program,patient,exam,laterality,path\nnorth,P5,1,left,P5_left.jpg\nnorth,P5,1,right,nope.jpg\n',
    );
    const waited = await upload('waiting/m.csv', '--wait', '--patience', '1');
    expect(waited.code).toBe(3);
    expect(waited.stderr).toMatch(/north\/P5\/1: it waits for its right eye, which was announced/);
    expect(waited.stderr).toMatch(/not sent: .*nope\.jpg: m\.csv line 3: there is no such file/);
  });

  it('says how to go on when it is interrupted', async () => {
    await announceBoth('P6', 'stopped/P6_left.jpg');
    const words = [
      'upload',
      folder.at('stopped'),
      '--program',
      'north',
      '--wait',
      '--accept-doubts',
      'all',
      '--data',
      system.dataFolder,
    ];
    const child = spawn(process.execPath, [MAIN, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
    const [said, code] = [text(child.stderr), new Promise((resolve) => child.once('close', resolve))];
    await new Promise((resolve) => child.stderr.once('data', resolve));
    child.kill('SIGINT');
    expect(await code).toBe(130);
    // Its first word comes before the photograph is stored, or behind it.
    expect(await said).toMatch(
      /Interrupted: nothing was sent\.|Interrupted.* [01] of 1 photograph .*npx retclip upload .*stopped' --program north/s,
    );
  });

  const hasTerminal = spawnSync('script', ['--version']).status === 0;
  if (!hasTerminal) console.warn('There is no `script` command here: asking on a terminal is not tested.');

  it.runIf(hasTerminal)(
    'asks on a terminal: what is answered by no is left out, the rest is sent',
    async () => {
      await folder.writeAll('asked/P7_OD.jpg', 'asked/P7_OS.jpg', 'asked/P8_OD_blurred.jpg');
      const line = [
        process.execPath,
        MAIN,
        'upload',
        folder.at('asked'),
        '--program',
        'north',
        '--data',
        system.dataFolder,
      ];
      const command = line.map((word) => `'${word}'`).join(' ');
      const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
        env: { ...process.env, COLUMNS: '80' },
      });
      let screen = '';
      let answered = false;
      child.stdout.on('data', (chunk) => {
        screen += chunk;
        if (!answered && /Send as read\?.*>/.test(screen)) {
          answered = true;
          child.stdin.write('n\r');
        }
      });
      const code = await new Promise((resolve) => child.once('close', resolve));
      expect(stripVTControlCharacters(screen)).toMatch(
        /unknown-word: 1 photograph\. Send as read\?.*> n\s.*Sent 2 photographs/s,
      );
      expect(code).toBe(1);
      await expect.poll(() => statusOf('P7'), { timeout: 60_000 }).not.toBe('unknown');
      expect(await statusOf('P8')).toBe('unknown');
    },
  );
});

/** Sends a left eye as clients do that announce the right one too, which never comes. */
async function announceBoth(patient: string, file: string): Promise<void> {
  await folder.write(file);
  const { images } = await planFolder(join(folder.at(file), '..'), 'north');
  const [image] = images;
  if (image === undefined) throw new Error('No photograph.');
  const { bytes, contentType, extension } = image.file;
  const intent = { patient, exam: '1', laterality: 'left' as const, bytes, contentType, extension };
  const sha256 = await sha256Of(image.path);
  const [answer] = await client.uploads([{ ...intent, sha256, eyes: 'both' }]);
  if (answer?.action !== 'upload') throw new Error('It is there already.');
  await client.put(answer, new Uint8Array(await readFile(image.path)));
  while ((await statusOf(patient)) === 'unknown') await delay(100);
}
