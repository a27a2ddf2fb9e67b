import { describe, expect, it } from 'vitest';
import { gradableEye, imageVersion, MODEL } from '../testing/records.ts';
import { examRecordOf } from './read-record.ts';

const LEFT = imageVersion('left', 1);
const RIGHT = imageVersion('right', 1);
const FORMER = {
  ...{ schema: 'exam/1', program: 'n', patient: 'P', exam: '1', revision: 3, status: 'screened' },
  ...{ expectedEyes: 'both', eyes: { left: LEFT, right: RIGHT }, replaced: [] },
  ...{ request: null, result: null, history: [] as unknown[] },
  pairingDeadline: '2026-05-01T00:15:00.000Z',
  ...{ createdAt: '2026-05-01T00:00:00.000Z', updatedAt: '2026-05-02T00:00:00.000Z' },
};
/** A result of the first form: an image an eye, findings without images. */
function formerResult(requestId: string) {
  const eye = (laterality: 'left' | 'right') => {
    const { image, quality } = gradableEye(laterality === 'left' ? LEFT : RIGHT, laterality);
    return { image, quality };
  };
  const findings = [
    { level: 'right', head: 'odir', label: 'amd', probability: 0.7, threshold: 0.5, positive: true },
    { level: 'patient', head: 'odir', label: 'dr', probability: 0.2, threshold: 0.5, positive: false },
  ];
  return {
    requestId,
    outcome: 'refer',
    policy: 'p',
    eyes: { left: eye('left'), right: eye('right') },
    findings,
  };
}

describe('a stored record', () => {
  it('of the present form is what it is', () => {
    const record = { schema: 'exam/2', patient: 'P' };
    expect(examRecordOf(record)).toBe(record);
  });

  it.each([
    null,
    'exam/2',
    undefined,
    {},
    { schema: 'exam/3' },
    { ...FORMER, schema: 'result/1' },
    { schema: 'exam/1', patient: 'P' },
  ])('%j is none', (content) => {
    expect(examRecordOf(content)).toBeNull();
  });

  it('of the first form keeps everything that has the same form in both', () => {
    const reading = { drawn: true, dueAt: '2026-05-15T00:00:00.000Z' };
    const reviews = [{ id: 'v1' }];
    const record = examRecordOf({ ...FORMER, reading, reviews });
    expect(record).toEqual({
      ...{ schema: 'exam/2', program: 'n', patient: 'P', exam: '1', revision: 3, status: 'screened' },
      expected: { left: 1, right: 1 },
      images: [
        { ...LEFT, laterality: 'left', field: null, state: 'current' },
        { ...RIGHT, laterality: 'right', field: null, state: 'current' },
      ],
      ...{ request: null, result: null, reading, reviews },
      pairingDeadline: '2026-05-01T00:15:00.000Z',
      ...{ createdAt: '2026-05-01T00:00:00.000Z', updatedAt: '2026-05-02T00:00:00.000Z' },
    });
  });

  it('of the first form has its present eyes only', () => {
    const record = examRecordOf({ ...FORMER, expectedEyes: 'right', eyes: { left: null, right: RIGHT } });
    expect(record?.images.map(({ laterality }) => laterality)).toEqual(['right']);
    expect(record).not.toHaveProperty('reading');
    expect(record).not.toHaveProperty('reviews');
    expect(record).not.toHaveProperty('formerResults');
  });

  it('of the first form gets its request in the present form', () => {
    const asked = { requestId: 'r1', requestedAt: '2026-05-01T01:00:00.000Z', model: MODEL };
    const record = examRecordOf({ ...FORMER, request: { ...asked, images: { left: null, right: RIGHT } } });
    expect(record?.request).toEqual({
      ...asked,
      images: [{ ...RIGHT, laterality: 'right', field: null, pixelsSha256: null }],
      contract: null,
    });
  });

  it('of the first form gets its results in the present form, findings with their images', () => {
    const history = [formerResult('r2'), formerResult('r1')];
    const record = examRecordOf({ ...FORMER, result: formerResult('r3'), history });
    expect(record?.formerResults?.map(({ requestId }) => requestId)).toEqual(['r2', 'r1']);
    expect(record?.result).toMatchObject({ requestId: 'r3', outcome: 'refer', policy: 'p' });
    expect(record?.result?.findings.map(({ label, image }) => [label, image])).toEqual([
      ['amd', RIGHT.key],
      ['dr', null],
    ]);
    const { quality } = gradableEye(LEFT, 'left');
    expect(record?.result?.eyes.left).toEqual({
      image: LEFT,
      quality,
      images: [{ image: LEFT.key, field: null, quality }],
    });
    expect(record?.result).not.toHaveProperty('shadow');
  });

  it('of the first form keeps what a detector and heads in shadow said', () => {
    const laterality = { detected: 'right', confidence: 0.99, threshold: 0.9, suspect: true };
    const result = formerResult('r3');
    const left = { ...result.eyes.left, laterality };
    const shadow = { at: '2026-05-01T02:00:00.000Z', outcome: 'recall', findings: result.findings };
    const record = examRecordOf({ ...FORMER, result: { ...result, eyes: { left, right: null }, shadow } });
    expect(record?.result?.eyes.left).toMatchObject({ laterality, images: [{ laterality }] });
    expect(record?.result?.eyes.right).toBeNull();
    expect(record?.result?.shadow).toMatchObject({ at: shadow.at, outcome: 'recall' });
    // The exam has no right eye that the finding could be about.
    expect(record?.result?.shadow?.findings.map(({ image }) => image)).toEqual([null, null]);
  });
});
