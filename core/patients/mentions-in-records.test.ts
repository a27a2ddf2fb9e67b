import { describe, expect, it } from 'vitest';
import { FunctionRun } from '../../functions/testing/function-run.ts';
import type { ExamImage, Withdrawal } from '../exams/exam-image.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import type { ExamResult } from '../exams/exam-result.ts';
import { registerContent } from '../identity/content-register.ts';
import { formerResultKey, keepFormerResults } from '../records/former-results.ts';
import { keepRecord, keptRecordKey } from '../records/kept-record.ts';
import { imageVersion } from '../testing/records.ts';
import { temporaryHome } from '../testing/temporary-home.ts';
import { eraseMentions, examsThatMayName, recordWithout } from './erase-mentions.ts';

const exam = (patient: string) => ({ program: 'north', patient, exam: '2026-05-01' });

async function uploadBoth(run: FunctionRun, patient: string, left: string): Promise<void> {
  await run.upload('left', left, exam(patient));
  await run.upload('right', `right of ${patient}`, exam(patient));
  await run.settle();
}

const AT = '2026-05-02T10:00:00.000Z';
const said = (reason: string, movedTo?: Withdrawal['movedTo']): Withdrawal => ({
  at: AT,
  by: 'ada',
  reason,
  ...(movedTo && { movedTo }),
});
const from = (patient: string) => ({ key: `images/north/${patient}/2026-05-01/left.jpg`, versionId: 'v1' });
const to = (patient: string, program = 'north') => ({
  ...exam(patient),
  program,
  laterality: 'left' as const,
});

/** An image of patient Q's left eye, with what else is known of it. */
const image = (change: Partial<ExamImage>, version = 1): ExamImage => ({
  ...imageVersion('left', version),
  ...{ laterality: 'left', field: null, state: 'current' },
  ...change,
});

function recordOf(patient: string, images: readonly ExamImage[], result: Partial<ExamResult> | null = null) {
  return { ...exam(patient), images, result } as unknown as ExamRecord;
}

describe('a record without the name of a patient', () => {
  it('keeps of each image what does not tell of that patient', () => {
    const before = [
      image({ movedFrom: from('P1') }),
      image({ movedFrom: from('P10') }),
      image({ movedFrom: { key: 'of no exam', versionId: null } }),
      image({ withdrawal: said('of P1, not of Q', to('P1')) }),
      image({ withdrawal: said('of P1', to('P1', 'south')) }),
      image({ withdrawal: said('of P10', to('P10')) }),
      image({ withdrawal: said('blurred') }),
      image({ doubts: ['The same file was sent for patient P1, left eye.', 'Two days.'] }),
      image({}),
    ];
    const { images, result } = recordWithout(recordOf('Q', before), 'north', 'P1');
    expect(result).toBeNull();
    expect(images).toStrictEqual([
      image({}),
      before[1],
      before[2],
      image({ withdrawal: said('of (erased), not of Q') }),
      image({ withdrawal: said('of (erased)', to('P1', 'south')) }),
      before[5],
      before[6],
      image({ doubts: ['The same file was sent for patient (erased), left eye.', 'Two days.'] }),
      image({}),
    ]);
  });

  it('says why its result was decided so, but for the name', () => {
    const doubt = { outcome: 'recall', because: 'identity-doubt', doubt: 'The same file as of P1.' } as const;
    const other = { outcome: 'recall', because: 'no-evidence', laterality: 'left', doubt: 'P1' } as never;
    const named = image({ doubts: ['P1'] });
    const without = (result: Partial<ExamResult>) =>
      recordWithout(recordOf('Q', [named], result), 'north', 'P1').result;
    expect(without({ requestId: 'r1', reasons: [doubt, other] })).toStrictEqual({
      ...{ requestId: 'r1', reasons: [{ ...doubt, doubt: 'The same file as of (erased).' }, other] },
    });
    expect(without({ requestId: 'r1' })).toStrictEqual({ requestId: 'r1' });
  });
});

describe('exams that may name a patient', () => {
  it('are those that an image came from or went to, that had its content, and whom its doubts name', async () => {
    await using temporary = await temporaryHome();
    const { home } = temporary;
    const known: Record<string, string[]> = { D: ['d1', 'd2'], E: ['e1'], F: ['f1'], P1: ['own'] };
    const asked: string[] = [];
    const exams = {
      async listByPatient(program: string, patient: string, { limit }: { readonly limit: number }) {
        asked.push(`${program} ${patient} ${limit}`);
        return { items: (known[patient] ?? []).map((id) => ({ program, patient, exam: id })) };
      },
    };
    const content = imageVersion('left', 3).sha256;
    for (const patient of ['P1', 'C']) {
      await registerContent(home.objects, content, { exam: exam(patient), laterality: 'right' });
    }
    const record = recordOf('P1', [
      image({ movedFrom: from('M') }, 1),
      image({ movedFrom: { key: 'of no exam', versionId: null } }, 1),
      image({ withdrawal: said('wrong', to('W')) }, 2),
      image({ withdrawal: said('wrong', to('W', 'south')) }, 2),
      image({ withdrawal: said('blurred') }, 2),
      image({}, 3),
      image(
        {
          doubts: [
            'The same file was sent for patient D, right eye.',
            'The same file is sent for several patients: E, P1, F.',
            'The same file was sent for patient X/1, left eye.',
            'The file is of another day.',
          ],
        },
        4,
      ),
    ]);
    const found = await examsThatMayName({ ...home, exams: exams as never }, record);
    const named = found.map(({ program, patient, exam: id }) => `${program}/${patient}/${id}`);
    expect(named.toSorted()).toEqual([
      ...['north/C/2026-05-01', 'north/D/d1', 'north/D/d2', 'north/E/e1', 'north/F/f1'],
      ...['north/M/2026-05-01', 'north/W/2026-05-01'],
    ]);
    expect(asked).toEqual(['north D 100', 'north E 100', 'north F 100']);
  });
});

describe('what is kept of another patient', () => {
  it('loses the name in every version of a former result and of a kept record, and only there', async () => {
    await using run = await FunctionRun.open();
    await uploadBoth(run, 'Q', 'shared');
    await uploadBoth(run, 'P1', 'shared');
    const { objects } = run.home;
    const [q, p1] = [await run.exam(exam('Q')), await run.exam(exam('P1'))];
    if (q?.result == null || p1 === undefined) throw new Error('Expected two exams.');
    const doubt = { outcome: 'recall', because: 'identity-doubt', doubt: 'As of patient P1.' } as const;
    const former = { ...q.result, requestId: 'former', reasons: [doubt] };
    const other = { ...q.result, requestId: 'other', reasons: [{ ...doubt, doubt: 'As of patient P10.' }] };
    for (const result of [former, other, former]) {
      await keepFormerResults(objects, exam('Q'), [result]);
    }
    const untouched = await objects.head(formerResultKey(exam('Q'), 'other'));
    await keepRecord(objects, q);
    await keepRecord(objects, q);
    expect(JSON.stringify(q)).toContain('P1');
    expect(await eraseMentions(run.home, p1)).toBe(1);
    const textOf = async (key: string) => Buffer.from((await objects.get(key)).content).toString();
    const rewritten = JSON.parse(await textOf(formerResultKey(exam('Q'), 'former')));
    expect(rewritten).toEqual({ ...former, reasons: [{ ...doubt, doubt: 'As of patient (erased).' }] });
    expect(await objects.head(formerResultKey(exam('Q'), 'other'))).toEqual(untouched);
    const versionsOf = async (key: string) => (await objects.listVersions(key, { limit: 9 })).items.length;
    expect(await versionsOf(formerResultKey(exam('Q'), 'former'))).toBe(1);
    expect((await objects.head(formerResultKey(exam('Q'), 'former')))?.contentType).toBe('application/json');
    const kept = JSON.parse(await textOf(keptRecordKey(exam('Q'))));
    expect(kept).toEqual(await run.exam(exam('Q')));
    expect(JSON.stringify(kept)).not.toMatch(/P1\b/);
    expect(await versionsOf(keptRecordKey(exam('Q')))).toBe(1);
    // Done once more it finds nothing, and keeps no record of an exam of which none was kept.
    expect(await eraseMentions(run.home, p1)).toBe(0);
    expect(await objects.head(keptRecordKey(exam('P1')))).toBeUndefined();
  });

  it('is not begun where the exam is gone, and no record is kept where none was', async () => {
    await using run = await FunctionRun.open();
    await uploadBoth(run, 'Q', 'shared');
    await uploadBoth(run, 'P1', 'shared');
    const p1 = await run.exam(exam('P1'));
    const q = await run.exam(exam('Q'));
    if (p1 === undefined || q === undefined) throw new Error('Expected two exams.');
    expect(await eraseMentions(run.home, p1)).toBe(1);
    expect(await run.home.objects.head(keptRecordKey(exam('Q')))).toBeUndefined();
    await run.home.exams.remove((await run.exam(exam('Q'))) ?? q);
    expect(await eraseMentions(run.home, p1)).toBe(0);
    expect(await run.exam(exam('Q'))).toBeUndefined();
  });

  it('goes from the metadata of its images: one that counts is stored again, one that does not is removed', async () => {
    await using run = await FunctionRun.open();
    const { objects, exams } = run.home;
    await uploadBoth(run, 'P1', 'left of P1');
    await uploadBoth(run, 'Q', 'left of Q');
    const key = 'images/north/Q/2026-05-01/left.jpg';
    const moved = (patient: string) => `images%2Fnorth%2F${patient}%2F2026-05-01%2Fleft.jpg#v1`;
    const put = (content: string, patient: string) =>
      objects.put(key, Buffer.from(content), {
        contentType: 'image/png',
        metadata: { 'moved-from': moved(patient), field: 'macula' },
      });
    const [replaced, stays, current] = [
      await put('an old one', 'P1'),
      await put('of P10', 'P10'),
      await put('counts', 'P1'),
    ];
    const q = await run.exam(exam('Q'));
    if (q === undefined) throw new Error('Expected an exam.');
    const versionOf = (object: typeof current, state: ExamImage['state'], patient: string) =>
      image({
        ...{ key, versionId: object.versionId, sha256: object.sha256 },
        state,
        movedFrom: from(patient),
      });
    const gone = image({ key, versionId: 'never-stored', state: 'replaced', movedFrom: from('P1') });
    const notMoved = q.images.find((one) => one.laterality === 'right');
    const images = [
      versionOf(replaced, 'replaced', 'P1'),
      versionOf(stays, 'replaced', 'P10'),
      ...[gone, versionOf(current, 'current', 'P1'), ...(notMoved === undefined ? [] : [notMoved])],
    ];
    await exams.save({ ...q, images });
    const p1 = await run.exam(exam('P1'));
    if (p1 === undefined) throw new Error('Expected an exam.');
    const names = p1.images.map((one) => ({ ...one, movedFrom: from('Q') }));
    expect(await eraseMentions(run.home, { ...p1, images: names })).toBe(1);
    const versions = (await objects.listVersions(key, { limit: 9 })).items.map(({ versionId }) => versionId);
    expect(versions).not.toContain(replaced.versionId);
    expect(versions).not.toContain(current.versionId);
    expect(versions).toContain(stays.versionId);
    const again = await objects.get(key);
    expect(again.content.toString()).toBe('counts');
    expect(again.object).toMatchObject({ contentType: 'image/png', metadata: { field: 'macula' } });
    expect(again.object.metadata['moved-from']).toBeUndefined();
    const [first, second] = (await run.exam(exam('Q')))?.images ?? [];
    expect([first?.movedFrom, second?.movedFrom]).toEqual([undefined, from('P10')]);
  });
});
