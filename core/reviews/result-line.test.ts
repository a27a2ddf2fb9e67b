import { expect, it } from 'vitest';
import { applyResult } from '../exams/apply-result.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import type { EyeResult } from '../exams/exam-result.ts';
import { receiveImage } from '../exams/receive-image.ts';
import { requestScreening } from '../exams/request-screening.ts';
import { imageVersion, outputOf, receivedImage, TERMS } from '../testing/records.ts';
import { resultLineOf, resultLineSchema } from './result-line.ts';

const NOW = new Date('2026-05-01T10:00:00Z');
const [LEFT, RIGHT] = [imageVersion('left', 1), imageVersion('right', 1)];

function requested(): ExamRecord {
  const left = receiveImage(undefined, receivedImage('left'), NOW, 900);
  return requestScreening(receiveImage(left, receivedImage('right'), NOW, 900), TERMS, NOW);
}

const sharp = { gradable: true as const, reason: null, measurements: {} };
const dark = { gradable: false as const, reason: 'too-dark' as const, measurements: {} };
const left: EyeResult = {
  image: LEFT,
  quality: sharp,
  images: [
    { image: LEFT.key, field: 'macula', quality: sharp },
    {
      image: 'images/north/P1/2026-05-01/left-2.jpg',
      field: 'disc',
      fieldFrom: 'named',
      fieldSeen: 'macula',
      quality: dark,
    },
  ],
};
const right: EyeResult = {
  image: RIGHT,
  quality: dark,
  images: [{ image: RIGHT.key, field: null, quality: dark }],
  laterality: { detected: 'left', confidence: 0.97, threshold: 0.95, suspect: true },
};

function screened(eyes: { readonly left: EyeResult | null; readonly right: EyeResult | null }): ExamRecord {
  const record = requested();
  if (record.request === null) throw new Error('Expected a request.');
  const output = outputOf(record.request);
  const findings = output.findings.map((finding) => ({ ...finding, positive: true }));
  const reasons = [{ outcome: 'ungradable', because: 'missing-eye', eye: 'left' } as const];
  const result = { ...output, eyes, findings, reasons, outcome: 'refer' as const, policy: 'p' };
  return applyResult(record, result, NOW).record;
}

it('gives each eye its own images, fields and reasons', () => {
  const line = resultLineOf(screened({ left, right }));
  expect(line).toEqual({
    ...{ program: 'north', patient: 'P1', exam: '2026-05-01', outcome: 'refer' },
    ...{ screenedAt: '2026-05-01T12:00:00.000Z', model: 'm1', heads: ['odir'] },
    eyes: {
      left: {
        ...{ image: LEFT.key, gradable: true, reason: null },
        images: [
          { image: LEFT.key, field: 'macula', gradable: true, reason: null },
          {
            ...{ image: 'images/north/P1/2026-05-01/left-2.jpg', field: 'disc' },
            ...{ fieldFrom: 'named', fieldSeen: 'macula' },
            ...{ gradable: false, reason: 'too-dark' },
          },
        ],
      },
      right: {
        ...{ image: RIGHT.key, gradable: false, reason: 'too-dark' },
        images: [{ image: RIGHT.key, field: null, gradable: false, reason: 'too-dark' }],
        laterality: right.laterality,
      },
    },
    findings: [
      {
        ...{ level: 'patient', image: null, head: 'odir', label: 'glaucoma' },
        ...{ probability: 0.7, threshold: 0.5, positive: true },
      },
    ],
    flags: ['research-use-only'],
    review: null,
    final: { outcome: 'refer', decidedBy: 'machine' },
    reasons: [{ outcome: 'ungradable', because: 'missing-eye', eye: 'left' }],
  });
  expect(line?.eyes.left).not.toHaveProperty('laterality');
});

it.each(['left', 'right'] as const)('says that the %s eye never came', (missing) => {
  const line = resultLineOf(screened({ left, right, [missing]: null }));
  const other = missing === 'left' ? 'right' : 'left';
  expect([line?.eyes[missing], line?.eyes[other]?.image]).toEqual([null, { left, right }[other].image.key]);
});

it('keeps to its published form', () => {
  const { laterality: _, ...plain } = right;
  expect(resultLineSchema.parse(resultLineOf(screened({ left, right: plain })))).toBeTruthy();
});

it('is null as long as there is no result, and without reasons where none were kept', () => {
  expect(resultLineOf(requested())).toBeNull();
  const record = screened({ left, right });
  const { reasons: _, ...former } = record.result ?? {};
  expect(resultLineOf({ ...record, result: former as ExamRecord['result'] })?.reasons).toEqual([]);
});
