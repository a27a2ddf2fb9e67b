import { describe, expect, it } from 'vitest';
import { EXAM } from '../../core/testing/records.ts';
import { apiClient } from '../testing/api-client.ts';
import { FunctionRun } from '../testing/function-run.ts';

/** `printf L1 | sha256sum`, and so on. */
const SHA256 = {
  L1: 'dffe8596427fc50e8f64654a609af134d45552f18bbecef90b31135a9e7acaa0',
  R1: 'a791366f6f6201254edcac9ec72017b12d8a69513b5e1e29a29a4048ffb16e27',
  L2: 'd76354d8457898445bb69e0dc0dc95fb74cc3cf334f8c1859162a16ad0041f8d',
};

describe("an exam's state", () => {
  it('names the photograph of each eye, and what was screened of it', async () => {
    await using run = await FunctionRun.open();
    const { get } = apiClient(run);
    const state = async () =>
      (await get(`/v1/programs/north/patients/${EXAM.patient}/exams/${EXAM.exam}`)).body.state;
    await run.upload('right', 'R1');
    await run.deliver('intake');
    expect(await state()).toMatchObject({
      images: { left: null, right: SHA256.R1 },
      missingEyes: { left: 'not-received', right: null },
      screened: null,
    });
    await run.upload('left', 'L1');
    await run.settle();
    expect(await state()).toMatchObject({
      images: { left: SHA256.L1, right: SHA256.R1 },
      missingEyes: { left: null, right: null },
      screened: { left: SHA256.L1, right: SHA256.R1 },
    });
    await run.upload('left', 'L2');
    await run.deliver('intake');
    expect(await state()).toMatchObject({
      images: { left: SHA256.L2, right: SHA256.R1 },
      screened: { left: SHA256.L1, right: SHA256.R1 },
    });
  });

  it('names every photograph of an eye that counts, and every one that was screened', async () => {
    await using run = await FunctionRun.open();
    const { get } = apiClient(run);
    const path = `/v1/programs/north/patients/${EXAM.patient}/exams/${EXAM.exam}`;
    const state = async () => (await get(path)).body.state;
    await run.upload('left', 'L1');
    await run.upload('right', 'R1');
    await run.settle();
    await run.uploadUnannounced('left', 'L2', 'disc', { field: 'disc' });
    await run.uploadUnannounced('left', 'L1', '2');
    await run.deliver('intake');
    const before = await state();
    expect(before.contents).toEqual({ left: [SHA256.L2, SHA256.L1], right: [SHA256.R1] });
    expect(before.screenedContents).toEqual({ left: [SHA256.L1], right: [SHA256.R1] });
    await run.settle();
    const after = await state();
    expect(after.screenedContents).toEqual({ left: [SHA256.L2, SHA256.L1], right: [SHA256.R1] });
    const { images } = (await get(path)).body;
    const line = (name: string) =>
      images.find((image: { image: string }) => image.image.endsWith(`/${name}.jpg`));
    expect(line('left-disc')).toMatchObject({
      ...{ laterality: 'left', field: 'disc', state: 'current', gradable: true, reason: null },
    });
    await run.uploadUnannounced('right', 'too-dark: R', '2');
    await run.settle();
    const dark = (await get(path)).body.images.find((image: { image: string }) =>
      image.image.endsWith('/right-2.jpg'),
    );
    expect(dark).toMatchObject({ laterality: 'right', gradable: false, reason: 'too-dark' });
  });
});
