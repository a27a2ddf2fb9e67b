import { expect, it } from 'vitest';
import type { ScoredFinding } from '../../core/exams/finding.ts';
import type { ScreeningRequest } from '../../core/messages/screening-request.ts';
import { FunctionRun } from '../testing/function-run.ts';

const IMAGE = 'images/north/P1/2026-05-01/left-disc.jpg';

/** What a head says of an eye, and of one of its images alone: that reaches the threshold, the eye does not. */
const finding = (head: string): ScoredFinding => ({
  ...{ level: 'left', image: IMAGE, head, label: 'amd', probability: 0.4, threshold: 0.5 },
  ...{ calibrated: false, alone: [{ image: IMAGE, probability: 0.7 }] },
});

async function answered(live: string, tried: string) {
  await using run = await FunctionRun.open();
  await run.upload('left', 'left');
  await run.upload('right', 'right');
  await run.settleArrivals();
  const [message] = await run.receive('screening');
  const request: ScreeningRequest = JSON.parse(message?.body ?? '{}');
  const shadow = { heads: [{ name: tried, id: 'h9' }], findings: [finding(tried)] };
  const findings = live === '' ? [] : [finding(live)];
  await run.answer(request, { findings }, shadow);
  await run.deliver('results');
  return (await run.exam())?.result;
}

it('what images alone say by a head in shadow is kept beside the result and sets no flag', async () => {
  const result = await answered('', 'tried');
  expect(result?.flags).not.toContain('images-disagree');
  expect(result?.shadow?.findings).toMatchObject([
    { head: 'tried', positive: false, alone: [{ image: IMAGE, probability: 0.7 }] },
  ]);
});

it('what they say by a live head sets it', async () => {
  expect((await answered('odir', 'tried'))?.flags).toContain('images-disagree');
});
