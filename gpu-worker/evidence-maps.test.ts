import { expect, it } from 'vitest';
import { evidenceKey } from '../core/keys/prepared-key.ts';
import { readEvidenceMaps } from '../core/preparation/evidence-maps.ts';
import { EXAM } from '../core/testing/records.ts';
import { generatePatient } from '../phantoms/index.ts';
import { WorkerRun } from './testing/worker-run.ts';

const GOOD = { missingEye: 0, outOfFocus: 0, tooDark: 0, tooBright: 0 };

it('a screening stores a map of each positive finding of an eye, or why there is none, and nothing of other eyes', async () => {
  const drawn = { seed: 'maps', index: 2, size: 512, defects: GOOD, prevalence: { amd: 1 } };
  const { left, right } = await generatePatient(drawn);
  await using run = await WorkerRun.open();
  const content = { left: left?.jpeg ?? Buffer.alloc(0), right: right?.jpeg ?? Buffer.alloc(0) };
  const request = await run.request(EXAM, content);
  const [result] = await run.screen(1);
  const positive = (result?.output.findings ?? []).filter(
    ({ label, probability, threshold }) => label !== 'normal' && probability >= threshold,
  );
  for (const image of request.images) {
    const of = { sha256: image.sha256, requestId: request.requestId };
    const stored = await run.home.prepared.get(evidenceKey(image, request.requestId));
    const expected = positive
      .filter(({ level }) => level === image.laterality || level === 'patient')
      .map(({ head, label }) => `${head} ${label}`);
    const { maps = [], withheld = [] } = (stored && readEvidenceMaps(stored, of)) ?? {};
    const told = [...maps, ...withheld].map(({ head, label }) => `${head} ${label}`);
    expect(told.toSorted()).toEqual(expected.toSorted());
    for (const { side, values } of maps) {
      expect(side).toBe(14);
      const bytes = Buffer.from(values, 'base64');
      expect([bytes.length, Math.max(...bytes)]).toEqual([196, 255]);
    }
  }
  expect(positive.map(({ head, label }) => `${head} ${label}`)).toContain('odir-eye amd');
  expect(run.counts.get('EvidenceMapMade')).toBeGreaterThan(0);
  expect(run.counts.has('EvidenceMapsFailed')).toBe(false);
});
