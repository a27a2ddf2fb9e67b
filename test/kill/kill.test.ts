import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLocalHome } from '../../local/home.ts';
import { generatePatient } from '../../phantoms/index.ts';
import { Random } from '../../phantoms/random.ts';
import { RunningSystem } from '../system/running-system.ts';

/** `KILLS=20 EXAMS=300 npx vitest run test/kill` kills as often as a release is tried. */
const KILLS = Number(process.env.KILLS ?? 6);
const EXAMS = Number(process.env.EXAMS ?? 90);
const DRAWN = 10;

describe('kill -9', () => {
  let folder = '';
  let system: RunningSystem;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'retclip-kill-'));
    system = new RunningSystem(join(folder, 'data'));
    const drawn = await Promise.all(
      Array.from({ length: DRAWN }, (_, index) =>
        generatePatient({ seed: 'kill', index, size: 256, defects: { missingEye: 0 } }),
      ),
    );
    const rows = ['program,patient,exam,laterality,path'];
    for (const { patient, left, right } of drawn) {
      if (left === null || right === null) throw new Error('Expected both eyes.');
      await writeFile(join(folder, `${patient}-left.jpg`), left.jpeg);
      await writeFile(join(folder, `${patient}-right.jpg`), right.jpeg);
    }
    for (let index = 0; index < EXAMS; index += 1) {
      const source = drawn[index % DRAWN]?.patient;
      for (const eye of ['left', 'right']) rows.push(`north,P${index},1,${eye},${source}-${eye}.jpg`);
    }
    await writeFile(join(folder, 'manifest.csv'), `${rows.join('\n')}\n`);
  }, 60_000);

  afterAll(async () => {
    await system.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it(`of worker, preparation or host ${KILLS} times at random moments: every exam answered, each once, none buried`, async () => {
    const seed = process.env.KILL_SEED ?? String(Date.now());
    const random = new Random('kill', seed);
    await system.start();
    // A few drawn photographs stand for all patients.
    const manifest = join(folder, 'manifest.csv');
    const upload = system.insist(
      ...['upload', manifest, '--wait', '--json', '--accept-doubts', 'same-bytes-two-patients'],
    );
    let uploaded = false;
    upload.then(
      () => {
        uploaded = true;
      },
      () => undefined,
    );
    let hosts = 0;
    let workers = 0;
    let preparations = 0;
    let late = 0;
    while (hosts + workers + preparations < KILLS) {
      await delay(random.uniform(50, 900));
      if (uploaded) late += 1;
      const victim = random.uniform(0, 3);
      if (victim < 1) {
        await system.killHost();
        await system.start();
        hosts += 1;
      } else if (victim < 2) {
        if (await system.killWorker()) workers += 1;
      } else if (await system.killPreparation()) {
        preparations += 1;
      }
    }
    await upload;
    console.log(
      `seed ${seed}: ${workers} kills of the worker, ${preparations} of preparation, ${hosts} of the host, ${late} after the last answer`,
    );

    const lines = (await system.insist('results', '--program', 'north', '--json')).trim().split('\n');
    const patients = lines.map((line) => (JSON.parse(line) as { patient: string }).patient);
    expect(new Set(patients).size).toBe(EXAMS);
    expect(patients.length).toBe(EXAMS);
    await system.stop();

    const home = await openLocalHome(system.dataFolder);
    try {
      for (const { queue, deadLetters } of Object.values(home.queues)) {
        expect(await deadLetters.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
        expect((await queue.depth()).inFlight).toBe(0);
      }
      expect((await home.exams.count('north')).screening ?? 0).toBe(0);
    } finally {
      await home.close();
    }
  }, 600_000);
});
