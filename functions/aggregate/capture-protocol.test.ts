import { expect, it } from 'vitest';
import { DEFAULT_SETTINGS, settingsKey } from '../../core/programs/program-settings.ts';
import { FunctionRun } from '../testing/function-run.ts';

it.each([
  ['one-field', 'recall', []],
  ['two-field', 'ungradable', ['left disc', 'right disc']],
] as const)(
  'an eye without a disc is adequate by the program’s protocol: %s, %s',
  async (captureProtocol, outcome, lacked) => {
    await using run = await FunctionRun.open();
    const settings = JSON.stringify({ ...DEFAULT_SETTINGS, captureProtocol });
    await run.home.objects.put(settingsKey('north'), Buffer.from(settings));
    await run.upload('left', 'the left eye');
    await run.upload('right', 'the right eye');
    await run.settleArrivals();
    const [message] = await run.receive('screening');
    if (message === undefined) throw new Error('Expected a request.');
    const finding = {
      level: 'patient',
      image: null,
      head: 'odir',
      label: 'glaucoma',
      threshold: 0.5,
    } as const;
    await run.answer(JSON.parse(message.body), { findings: [{ ...finding, probability: 0.1 }] });
    await run.deliver('results');
    const result = (await run.exam())?.result;
    expect(result?.outcome).toBe(outcome);
    const reasons = result?.reasons?.map((reason) =>
      reason.because === 'inadequate-eye' ? `${reason.eye} ${reason.missing?.join()}` : reason.because,
    );
    expect(reasons).toEqual(lacked);
    expect(result?.fields).toEqual(captureProtocol === 'one-field' ? undefined : ['macula', 'disc']);
  },
);
