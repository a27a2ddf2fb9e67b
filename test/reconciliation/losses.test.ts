import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { examName } from '../../core/exams/exam-key.ts';
import { LATERALITIES, type Laterality } from '../../core/exams/laterality.ts';
import { MOST_ROUNDS } from '../../core/exams/missed-images.ts';
import { type LossyHome, openLocal, openOnEmulators } from './homes.ts';
import { type CalledQueue, examOf, type Fate, LossySystem, REASON, type WorkerFate } from './lossy-system.ts';

const HOUR = 3_600;
const DAY = 24 * HOUR;
const PATIENTS = ['A', 'B', 'C'] as const;

type Step =
  | { readonly step: 'upload'; readonly patient: string; readonly eye: Laterality }
  | { readonly step: CalledQueue; readonly fate: Fate }
  | { readonly step: 'work'; readonly fate: WorkerFate }
  | { readonly step: 'lose-letters' }
  | { readonly step: 'lose-pixels'; readonly patient: string }
  | { readonly step: 'erase'; readonly patient: string }
  | { readonly step: 'reconcile'; readonly steps: number }
  | { readonly step: 'pass'; readonly hours: number };

const patient = fc.constantFrom(...PATIENTS);
const fate = fc.constantFrom<Fate>('done', 'lost');
const STEPS: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      step: fc.constant('upload' as const),
      patient,
      eye: fc.constantFrom(...LATERALITIES),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ step: fc.constantFrom<CalledQueue>('preparation', 'intake', 'results'), fate }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      step: fc.constant('work' as const),
      fate: fc.constantFrom<WorkerFate>('done', 'lost', 'dies-behind-shard', 'buries'),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ step: 'lose-letters' } as const) },
  { weight: 1, arbitrary: fc.record({ step: fc.constant('erase' as const), patient }) },
  { weight: 1, arbitrary: fc.record({ step: fc.constant('lose-pixels' as const), patient }) },
  {
    weight: 1,
    arbitrary: fc.record({ step: fc.constant('reconcile' as const), steps: fc.nat({ max: 12 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ step: fc.constant('pass' as const), hours: fc.constantFrom(1, 3, 30, 400) }),
  },
);

/** SHA-256 of what was accepted last of each eye of each patient who is not erased. */
type Accepted = Map<string, Partial<Record<Laterality, string>>>;

async function take(system: LossySystem, accepted: Accepted, step: Step, number: number): Promise<void> {
  switch (step.step) {
    case 'upload': {
      const eyes = accepted.get(step.patient) ?? {};
      // A store without versions has lost what is replaced: then an eye is photographed once.
      if (!system.at.hasVersions && eyes[step.eye] !== undefined) return;
      const sha256 = await system.upload(step.patient, step.eye, `${number} ${step.patient} ${step.eye}`);
      accepted.set(step.patient, { ...eyes, [step.eye]: sha256 });
      return;
    }
    case 'preparation':
    case 'intake':
    case 'results':
      await system.deliver(step.step, step.fate);
      return;
    case 'work':
      await system.work(step.fate);
      return;
    case 'lose-letters':
      return system.loseLetters();
    case 'lose-pixels':
      return system.losePixels(step.patient);
    case 'erase':
      await system.erase(step.patient);
      accepted.delete(step.patient);
      return;
    case 'reconcile':
      await system.reconcile(step.steps);
      return;
    case 'pass':
      return system.at.pass(step.hours * HOUR);
  }
}

async function expectAllAnswered(system: LossySystem, accepted: Accepted): Promise<void> {
  const letters = await system.letters('screening');
  const missed = await system.letters('intake');
  for (const [name, eyes] of accepted) {
    const record = await system.exam(name);
    const letter = letters.find(
      ([exam, , request]) => exam === examName(examOf(name)) && request === record?.request?.requestId,
    );
    if (record?.status === 'screening' && letter !== undefined) {
      expect(letter[1]).toBe(REASON);
      continue;
    }
    const pixels = missed.find(([exam]) => exam === examName(examOf(name)));
    if (record?.status === 'screening' && pixels !== undefined) {
      expect(pixels[1]).toMatch(/waits for the pixels/);
      expect(system.lossesOf(name)).toBeGreaterThan(MOST_ROUNDS);
      continue;
    }
    expect(record, name).toMatchObject({ status: 'screened' });
    expect(record?.result?.requestId).toBe(record?.request?.requestId);
    for (const eye of LATERALITIES) {
      expect(record?.result?.eyes[eye]?.image.sha256, `${name} ${eye}`).toBe(eyes[eye]);
    }
  }
  for (const name of PATIENTS.filter((one) => !accepted.has(one))) {
    expect(await system.exam(name), name).toBeUndefined();
    expect(await system.keys(`images/north/${name}/`)).toEqual([]);
    // Tells how many there were.
    expect(await system.at.home.prepared.removeAll(`prepared/north/${name}/`)).toBe(0);
  }
}

/** Every shard that is left is named by a result, by a former one, or by one that may still come. */
async function expectNoShardLeftBehind(system: LossySystem, isSuspicious: boolean): Promise<void> {
  if (isSuspicious) return;
  const named = new Set<string>();
  const open = new Set<string>();
  for (const name of PATIENTS) {
    const record = await system.exam(name);
    if (record?.result?.features) named.add(record.result.features.shard);
    if (record?.status === 'screening') open.add(name);
  }
  for (const key of await system.keys('results/')) {
    const { content } = await system.at.home.objects.get(key);
    named.add(JSON.parse(Buffer.from(content).toString()).features.shard);
  }
  const left = (await system.shards()).filter((shard) => !named.has(shard));
  expect(left.length).toBeLessThanOrEqual(open.size * 10);
  if (open.size === 0) expect(left).toEqual([]);
}

async function check(open: () => Promise<LossyHome>, steps: readonly Step[]): Promise<void> {
  const system = await LossySystem.open(open);
  try {
    const accepted: Accepted = new Map();
    for (const [number, step] of steps.entries()) await take(system, accepted, step, number);
    let isSuspicious = false;
    for (let round = 1; round <= 3; round += 1) {
      system.at.pass(15 * DAY);
      const found = await system.reconcile();
      isSuspicious = found['features-all-unnamed'] !== undefined;
      await system.settle();
    }
    await expectAllAnswered(system, accepted);
    await expectNoShardLeftBehind(system, isSuspicious);
  } finally {
    await system.at.close();
  }
}

/** The machine may be busy. `LOSSES=1000 LOSSES_SEED=7 npx vitest run test/reconciliation` tries as much as a release. */
const TIMEOUT = 3_600_000;
const PROPERTY =
  'ends with every accepted image in one current result, among the dead letters with its reason, or erased';

describe('whatever is lost, reconciling', () => {
  it(
    `${PROPERTY}, on one machine`,
    async () => {
      const losses = fc.array(STEPS, { minLength: 8, maxLength: 40, size: 'max' });
      const runs = Number(process.env.LOSSES ?? 25);
      await fc.assert(
        fc.asyncProperty(losses, (steps) => check(openLocal, steps)),
        { numRuns: runs, ...(process.env.LOSSES_SEED ? { seed: Number(process.env.LOSSES_SEED) } : {}) },
      );
    },
    TIMEOUT,
  );

  it(
    `${PROPERTY}, on emulators of AWS`,
    async () => {
      const losses = fc.array(STEPS, { minLength: 12, maxLength: 30, size: 'max' });
      await fc.assert(
        fc.asyncProperty(losses, (steps) => check(openOnEmulators, steps)),
        { numRuns: Number(process.env.LOSSES_ON_AWS ?? 3) },
      );
    },
    TIMEOUT,
  );
});
