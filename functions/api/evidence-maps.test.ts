import { describe, expect, it } from 'vitest';
import type { ExamKey } from '../../core/exams/exam-key.ts';
import { evidenceKey, preparedPrefixOf } from '../../core/keys/prepared-key.ts';
import { WHOLE_PICTURE } from '../../core/preparation/evidence-maps.ts';
import { apiClient, OPERATOR } from '../testing/api-client.ts';
import { FunctionRun } from '../testing/function-run.ts';
import type { Scope } from './caller.ts';

const EXAM: ExamKey = { program: 'north', patient: 'P7', exam: '1' };
const PATH = '/v1/programs/north/patients/P7/exams/1/images';

/** A screened exam whose left eye has amd, with the map that its worker stored. */
async function screened() {
  const run = await FunctionRun.open();
  await run.upload('left', 'the left eye', EXAM);
  await run.upload('right', 'the right eye', EXAM);
  await run.settleArrivals();
  const [message] = await run.receive('screening');
  const request = JSON.parse(message?.body ?? '{}');
  const image = (eye: string) =>
    request.images.find(({ laterality }: { laterality: string }) => laterality === eye);
  const [head] = request.model.heads;
  const finding = (level: 'left' | 'right', probability: number) => ({
    ...{ level, head: head.name, label: 'amd', probability, threshold: 0.5, image: image(level).key },
  });
  await run.answer(request, { findings: [finding('left', 0.9), finding('right', 0.1)] });
  await run.settle();
  const map = { level: 'left', head: head.name, headId: head.id, label: 'amd', method: 'combined', side: 1 };
  const maps = {
    ...{ schema: 'evidence-maps/1', sha256: image('left').sha256, requestId: request.requestId, model: 'm1' },
    ...{ box: WHOLE_PICTURE, maps: [{ ...map, values: '/w==' }] },
    withheld: [
      { head: head.name, label: 'cataract', why: 'its maps did not pass their check: it lies everywhere' },
    ],
  };
  await run.home.prepared.put(
    evidenceKey(image('left'), request.requestId),
    Buffer.from(JSON.stringify(maps)),
  );
  return { run, head, requestId: request.requestId, left: image('left') };
}

describe('a map of evidence', () => {
  it('is answered over the part of its own image, and noted in the audit trail', async () => {
    const { run, head, requestId, left } = await screened();
    await using _ = run;
    const { status, headers, body } = await apiClient(run).get(`${PATH}/left.jpg/maps/${head.name}/amd`);
    expect([status, headers.get('cache-control')]).toEqual([200, 'private, no-store']);
    expect(body).toEqual({
      ...{ level: 'left', head: head.name, headId: head.id, label: 'amd', method: 'combined', side: 1 },
      ...{ values: '/w==', image: left.key, sha256: left.sha256, requestId, model: 'm1' },
      box: { left: 0, top: 0, width: 1, height: 1 },
    });
  });

  it('is missing for a reason that is told', async () => {
    const { run, head } = await screened();
    await using _ = run;
    const { get } = apiClient(run);
    const why = async (path: string) => {
      const { status, body } = await get(`${PATH}/${path}`);
      return [status, body.detail];
    };
    expect(await why(`left.jpg/maps/${head.name}/cataract`)).toEqual([
      404,
      expect.stringMatching(/did not pass/),
    ]);
    expect(await why(`left.jpg/maps/${head.name}/gout`)).toEqual([
      404,
      expect.stringMatching(/no finding "gout"/),
    ]);
    expect(await why(`right.jpg/maps/${head.name}/amd`)).toEqual([
      404,
      expect.stringMatching(/kept for 30 days/),
    ]);
    expect(await why(`other.jpg/maps/${head.name}/amd`)).toEqual([
      404,
      expect.stringMatching(/no image "other.jpg"/),
    ]);
  });

  it('goes with the patient: an erasure finds it', async () => {
    const { run, head } = await screened();
    await using _ = run;
    expect(await run.home.prepared.removeAll(preparedPrefixOf(EXAM))).toBeGreaterThan(0);
    expect((await apiClient(run).get(`${PATH}/left.jpg/maps/${head.name}/amd`)).status).toBe(404);
  });

  it('is not told to a reader who reads without the result', async () => {
    const { run, head } = await screened();
    await using _ = run;
    const path = `${PATH}/left.jpg/maps/${head.name}/amd`;
    const as = (subject: string, ...scopes: Scope[]) => apiClient(run, { ...OPERATOR, subject, scopes });
    expect((await as('ben', 'review').get(path)).status).toBe(200);
    // A first reader who disagrees calls for a second one, who is to judge by the photographs alone.
    await as('anna', 'review').post('/v1/programs/north/patients/P7/exams/1/reviews', { outcome: 'recall' });
    for (const reader of [as('ben', 'review'), as('carla', 'read', 'review', 'operate', 'admin')]) {
      const { status, body } = await reader.get(path);
      expect([status, body.detail]).toEqual([403, expect.stringMatching(/read without that/)]);
    }
    expect((await as('dora', 'read').get(path)).status).toBe(403);
  });

  it('of a head that was replaced since is not shown under the new one', async () => {
    const { run, head, requestId, left } = await screened();
    await using _ = run;
    const key = evidenceKey(left, requestId);
    const stored = JSON.parse(Buffer.from((await run.home.prepared.get(key)) ?? []).toString());
    stored.maps[0].headId = 'of-another-head';
    await run.home.prepared.put(key, Buffer.from(JSON.stringify(stored)));
    expect((await apiClient(run).get(`${PATH}/left.jpg/maps/${head.name}/amd`)).status).toBe(404);
  });
});
