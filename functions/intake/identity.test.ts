import { describe, expect, it } from 'vitest';
import type { ExamKey } from '../../core/exams/exam-key.ts';
import { CONTENTS_PREFIX } from '../../core/identity/content-register.ts';
import { imageKey } from '../../core/keys/image-key.ts';
import { erasePatient } from '../../core/patients/erase-patient.ts';
import { DEFAULT_SETTINGS } from '../../core/programs/program-settings.ts';
import { FunctionRun } from '../testing/function-run.ts';

const keyOf = (patient: string, exam = '2026-05-01'): ExamKey => ({ program: 'north', patient, exam });

async function screened(run: FunctionRun, patient: string, left: string, right: string, exam?: string) {
  await run.upload('left', left, keyOf(patient, exam));
  await run.upload('right', right, keyOf(patient, exam));
  await run.settle();
  return run.exam(keyOf(patient, exam));
}

describe('an exam put straight into the store', () => {
  it('of two different photographs is in no doubt', async () => {
    await using run = await FunctionRun.open();
    const exam = await screened(run, 'P1', 'left 1', 'right 1');
    expect(exam?.result?.flags).not.toContain('identity-doubt');
  });

  it('is flagged if both eyes have one content, and says so', async () => {
    await using run = await FunctionRun.open();
    const exam = await screened(run, 'P1', 'same', 'same');
    expect(exam?.result?.flags).toContain('identity-doubt');
    expect(exam?.images.flatMap(({ doubts = [] }) => doubts).join()).toMatch(/both eyes of patient P1/);
  });

  it.each([
    ['left', ['of P1', 'other 2']],
    ['right', ['other 2', 'of P1']],
  ])(
    'is flagged with the exam that came first if its %s eye has another patient’s content',
    async (_, sent) => {
      await using run = await FunctionRun.open();
      const first = await screened(run, 'P1', 'of P1', 'right of P1');
      expect(first?.result?.flags).not.toContain('identity-doubt');
      const second = await screened(run, 'P2', sent[0] ?? '', sent[1] ?? '');
      expect(second?.result?.flags).toContain('identity-doubt');
      expect((await run.exam(keyOf('P1')))?.result?.flags).toContain('identity-doubt');
      expect((await run.exam(keyOf('P1')))?.status).toBe('screened');
    },
  );

  it('is flagged if another visit of the patient has its content', async () => {
    await using run = await FunctionRun.open();
    await screened(run, 'P1', 'L', 'R', '2025-05-01');
    const again = await screened(run, 'P1', 'L', 'R of this year', '2026-05-01');
    expect(again?.result?.flags).toContain('identity-doubt');
  });

  it('is flagged if its photographs were taken on different days', async () => {
    await using run = await FunctionRun.open();
    const put = (eye: 'left' | 'right', day: string) =>
      run.home.objects.put(imageKey(keyOf('P1', 'visit'), eye, 'jpg'), Buffer.from(eye), {
        metadata: { 'taken-on': day, eyes: 'both' },
      });
    await put('left', '2025-05-02');
    await put('right', '2026-05-01T10:00:00Z');
    await run.settle();
    const exam = await run.exam(keyOf('P1', 'visit'));
    expect(exam?.result?.flags).toContain('identity-doubt');
    expect(exam?.images.flatMap(({ doubts = [] }) => doubts).join()).toMatch(/2025-05-02 and 2026-05-01/);
  });

  it('of another program is never compared', async () => {
    await using run = await FunctionRun.open();
    await screened(run, 'P1', 'L', 'R');
    const south = { ...keyOf('P2'), program: 'south' };
    await run.upload('left', 'L', south);
    await run.upload('right', 'R2', south);
    await run.settle();
    expect((await run.exam(south))?.result?.flags).not.toContain('identity-doubt');
  });
});

it('a doubt leads where the policy says, for the exam that was answered before as well, and is announced', async () => {
  await using run = await FunctionRun.open();
  const settings = {
    ...DEFAULT_SETTINGS,
    policy: {
      ...DEFAULT_SETTINGS.policy,
      rules: [{ label: 'glaucoma', outcome: 'refer' }],
      thresholds: [{ head: 'odir', label: 'glaucoma', threshold: 0.9 }],
      identityDoubt: 'ungradable',
    },
  };
  await run.home.objects.put('programs/north/settings.json', Buffer.from(JSON.stringify(settings)));
  expect((await screened(run, 'P1', 'L', 'R'))?.result?.outcome).toBe('recall');
  const before = (await run.announced()).length;
  expect((await screened(run, 'P2', 'L', 'R of P2'))?.result?.outcome).toBe('ungradable');
  expect((await run.exam(keyOf('P1')))?.result?.outcome).toBe('ungradable');
  expect((await run.formerResults(keyOf('P1'))).map(({ outcome }) => outcome)).toEqual(['recall']);
  expect((await run.announced()).length).toBe(before + 2);
});

it('an erased patient is found in no register of contents', async () => {
  await using run = await FunctionRun.open();
  await screened(run, 'P1', 'L', 'R');
  await screened(run, 'P2', 'L of P2', 'R of P2');
  await erasePatient(run.home, { program: 'north', patient: 'P1', by: 'operator', now: () => new Date() });
  const { items } = await run.home.objects.listVersions(CONTENTS_PREFIX, { limit: 100 });
  expect(items.map(({ key }) => key.split('/').slice(3).join('/')).sort()).toEqual([
    'P2/2026-05-01/left',
    'P2/2026-05-01/right',
  ]);
});
