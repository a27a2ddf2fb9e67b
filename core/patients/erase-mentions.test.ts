import { describe, expect, it } from 'vitest';
import { apiClient } from '../../functions/testing/api-client.ts';
import { FunctionRun } from '../../functions/testing/function-run.ts';
import { listFormerResults } from '../records/former-results.ts';
import { recordWithout } from './erase-mentions.ts';
import { erasePatient } from './erase-patient.ts';

const exam = (patient: string) => ({ program: 'north', patient, exam: '2026-05-01' });

async function erase(run: FunctionRun, patient: string) {
  const now = () => new Date(run.now());
  const { receipt } = await erasePatient(run.home, { program: 'north', patient, by: 'operator', now });
  return receipt.erased;
}

async function uploadBoth(run: FunctionRun, patient: string, left: string): Promise<void> {
  await run.upload('left', left, exam(patient));
  await run.upload('right', `right of ${patient}`, exam(patient));
  await run.settle();
}

describe("another patient's exam", () => {
  it('doubts on, and does not say any more whose photograph it shares', async () => {
    await using run = await FunctionRun.open();
    await uploadBoth(run, 'Q', 'shared');
    await uploadBoth(run, 'P1', 'shared');
    await uploadBoth(run, 'P10', 'left of P10');
    const before = await run.exam(exam('Q'));
    expect(JSON.stringify(before)).toContain('patient P1, left eye');
    expect((await erase(run, 'P1')).mentions).toBe(1);
    const after = await run.exam(exam('Q'));
    expect(JSON.stringify(after)).not.toContain('P1');
    const [left] = after?.images.filter(({ laterality }) => laterality === 'left') ?? [];
    expect(left?.doubts).toEqual(['The same file was sent for patient (erased), left eye.']);
    expect(after?.result?.outcome).toBe(before?.result?.outcome);
    expect(after?.result?.flags).toEqual(before?.result?.flags);
  });

  it('loses the name of a patient in its former results as well, and keeps the rest of them', async () => {
    await using run = await FunctionRun.open();
    await uploadBoth(run, 'Q', 'shared');
    await uploadBoth(run, 'P1', 'shared');
    await run.upload('right', 'newer right of Q', exam('Q'));
    await run.settle();
    const record = await run.exam(exam('Q'));
    if (record === undefined) throw new Error('Expected the exam.');
    const former = await listFormerResults(run.home.objects, record);
    await erase(run, 'P1');
    const left = await run.exam(exam('Q'));
    const now = await listFormerResults(run.home.objects, left ?? record);
    expect(now.map(({ requestId }) => requestId)).toEqual(former.map(({ requestId }) => requestId));
    expect(JSON.stringify(now)).not.toContain('P1');
  });

  it('does not say where an image was moved to, or came from', async () => {
    await using run = await FunctionRun.open();
    await uploadBoth(run, 'Q', 'left of Q');
    await uploadBoth(run, 'P1', 'left of P1');
    const client = apiClient(run);
    const move = (from: string, to: string, laterality: string) =>
      client.post(`/v1/programs/north/patients/${from}/exams/2026-05-01/images/move`, {
        image: `images/north/${from}/2026-05-01/${laterality}.jpg`,
        reason: 'it is the other’s',
        to: { patient: to, exam: '2026-06-01', laterality },
      });
    expect((await move('Q', 'P1', 'left')).status).toBe(200);
    expect((await move('P1', 'Q', 'right')).status).toBe(200);
    await run.settle();
    const came = { ...exam('Q'), exam: '2026-06-01' };
    expect((await run.exam(came))?.images[0]?.movedFrom?.key).toContain('/P1/');
    expect((await run.home.objects.list('moves/', { limit: 9 })).items).toEqual([]);
    const said = (await run.home.objects.head('images/north/Q/2026-06-01/right.jpg'))?.metadata['moved-from'];
    expect(said).toMatch(/^move:[0-9a-f-]{36}$/);
    await erase(run, 'P1');
    for (const key of [came, exam('Q')]) expect(JSON.stringify(await run.exam(key))).not.toContain('P1');
    const [withdrawn] =
      (await run.exam(exam('Q')))?.images.filter(({ state }) => state === 'withdrawn') ?? [];
    expect(withdrawn?.withdrawal).toMatchObject({ by: 'operator', reason: 'it is the other’s' });
    // The photograph that was moved here is the other's now, and stays.
    expect((await run.exam(came))?.images[0]?.state).toBe('current');
    expect(await run.home.objects.head('images/north/Q/2026-06-01/right.jpg')).toBeDefined();
  });

  it('has an image stored again that a former release moved, without the name in its metadata', async () => {
    await using run = await FunctionRun.open();
    await uploadBoth(run, 'P1', 'left of P1');
    const key = 'images/north/Q/2026-05-01/left.jpg';
    const from = 'images%2Fnorth%2FP1%2F2026-05-01%2Fleft.jpg#v1';
    const metadata = { 'moved-from': from, field: 'macula', eyes: 'left' };
    const stored = await run.home.objects.put(key, Buffer.from('moved by a former release'), { metadata });
    await run.settle();
    const record = await run.exam(exam('P1'));
    const [image] = record?.images ?? [];
    if (record === undefined || image === undefined) throw new Error('Expected the exam.');
    // It was withdrawn there.
    const movedTo = { ...exam('Q'), laterality: 'left' as const };
    const withdrawal = { at: record.createdAt, by: 'operator', reason: 'moved', movedTo };
    const images = [{ ...image, state: 'withdrawn' as const, withdrawal }, ...record.images.slice(1)];
    await run.home.exams.save({ ...record, images });
    await erase(run, 'P1');
    await run.settle();
    const { items } = await run.home.objects.listVersions(key, { limit: 9 });
    expect(items.map(({ versionId }) => versionId)).not.toContain(stored.versionId);
    expect((await run.home.objects.head(key))?.metadata).toEqual({ field: 'macula', eyes: 'left' });
    const other = await run.exam(exam('Q'));
    expect(JSON.stringify(other)).not.toContain('P1');
    expect(other).toMatchObject({ status: 'screened' });
  });

  it('is the very same record where it does not name the patient', async () => {
    await using run = await FunctionRun.open();
    await uploadBoth(run, 'P10', 'left');
    const record = await run.exam(exam('P10'));
    if (record === undefined) throw new Error('Expected the exam.');
    expect(recordWithout(record, 'north', 'P1')).toBe(record);
  });
});
