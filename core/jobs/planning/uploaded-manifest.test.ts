import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../errors.ts';
import { temporaryHome } from '../../testing/temporary-home.ts';
import { manifestPage } from './uploaded-manifest.ts';

describe("a manifest's parts", () => {
  const exams = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ patient: `P${index}`, exam: '1' }));

  it('hold every exam once, however long it is', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    const all = exams(9_000);
    await objects.put('job-manifests/a', Buffer.from(all.map((exam) => JSON.stringify(exam)).join('\n')));
    const found: unknown[] = [];
    const lengths: number[] = [];
    let next: number | null = 0;
    while (next !== null) {
      const page = await manifestPage(objects, 'job-manifests/a', next);
      found.push(...page.exams);
      lengths.push(page.exams.length);
      next = page.next;
    }
    expect(found).toEqual(all);
    expect(lengths).toHaveLength(3);
  });

  it('end with the last line, with or without its line feed, and blank lines are none', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    const [first, second] = exams(2).map((exam) => JSON.stringify(exam));
    await objects.put('job-manifests/a', Buffer.from(`${first}\n  \n${second}\n`));
    expect(await manifestPage(objects, 'job-manifests/a', 0)).toEqual({ exams: exams(2), next: null });
    const { bytes = 0 } = (await objects.head('job-manifests/a')) ?? {};
    expect(await manifestPage(objects, 'job-manifests/a', bytes)).toEqual({ exams: [], next: null });
  });

  it.each([
    ['is missing', undefined, /No manifest is stored under "job-manifests\/a"/],
    ['has a line that is not JSON', '{', /has the line "\{"/],
    ['has a line without an exam', '{"patient":"P1"}', /Expected \{"patient": "…", "exam": "…"\}/],
    [
      'has a line longer than a part',
      `{"patient":"${'P'.repeat(140_000)}"}\n{}`,
      /more than 131072 bytes at byte 0/,
    ],
  ])('are refused where it %s', async (_, text, message) => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    if (text !== undefined) await objects.put('job-manifests/a', Buffer.from(text));
    await expect(manifestPage(objects, 'job-manifests/a', 0)).rejects.toThrow(InvalidInputError);
    await expect(manifestPage(objects, 'job-manifests/a', 0)).rejects.toThrow(message);
  });
});
