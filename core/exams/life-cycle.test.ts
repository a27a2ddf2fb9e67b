import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { droppedResults } from '../records/former-results.ts';
import {
  CONTRACT,
  EXAM,
  imageVersion,
  MODEL,
  outputOf,
  receivedImage,
  requestedPair,
  TERMS,
} from '../testing/records.ts';
import { applyResult } from './apply-result.ts';
import { type ExamImage, type ImageState, imageVersionOf } from './exam-image.ts';
import { listingOf } from './exam-listing.ts';
import type { ExamRecord } from './exam-record.ts';
import type { ExamResult } from './exam-result.ts';
import type { Laterality } from './laterality.ts';
import { receiveImage } from './receive-image.ts';
import { requestIdOf, workOf } from './request-id.ts';
import { NO_WAIT, requestScreening } from './request-screening.ts';

const NOW = new Date('2026-05-01T10:00:00Z');
const LATER = new Date('2026-05-01T10:20:00Z');
const WINDOW = 900;

function receive(record: ExamRecord | undefined, ...images: ReturnType<typeof receivedImage>[]): ExamRecord {
  let exam = record;
  for (const image of images) exam = receiveImage(exam, image, NOW, WINDOW);
  if (exam === undefined) throw new Error('Expected at least one image.');
  return exam;
}

function answer(record: ExamRecord): ExamResult {
  if (record.request === null) throw new Error('Expected a request.');
  const output = outputOf(record.request);
  const findings = output.findings.map((finding) => ({ ...finding, positive: true }));
  return { ...output, findings, outcome: 'refer', policy: 'p' };
}

function versions(record: ExamRecord, state: ImageState, laterality?: Laterality) {
  const fits = (image: ExamImage) =>
    image.state === state && (laterality === undefined || image.laterality === laterality);
  return record.images.filter(fits).map(imageVersionOf);
}

describe('an exam', () => {
  it('with one eye waits for the other', () => {
    const exam = requestScreening(receive(undefined, receivedImage('left')), TERMS, NOW);
    expect(exam.status).toBe('registered');
    expect(exam.pairingDeadline).toBe('2026-05-01T10:15:00.000Z');
  });

  it('with both eyes is screened at once', () => {
    const exam = requestScreening(
      receive(undefined, receivedImage('left'), receivedImage('right')),
      TERMS,
      NOW,
    );
    expect(exam.status).toBe('screening');
    expect(exam.request?.images).toEqual(requestedPair(1));
    expect(exam.request?.contract).toBe(CONTRACT);
  });

  it('whose pairing window is over is screened with its single eye', () => {
    const waiting = receive(undefined, receivedImage('right'));
    expect(requestScreening(waiting, TERMS, NOW, { ...NO_WAIT, seconds: WINDOW - 1 }).status).toBe(
      'registered',
    );
    const exam = requestScreening(waiting, TERMS, NOW, { ...NO_WAIT, seconds: WINDOW });
    expect(exam.status).toBe('screening');
    expect(exam.request?.images.map(({ laterality }) => laterality)).toEqual(['right']);
  });

  it('announced with one eye is screened without waiting', () => {
    const exam = receive(undefined, { ...receivedImage('left'), expected: { left: 1, right: 0 } });
    expect(requestScreening(exam, TERMS, NOW).status).toBe('screening');
  });

  it('is screened again when the second eye comes after all', () => {
    const single = requestScreening(receive(undefined, receivedImage('left')), TERMS, LATER, {
      ...NO_WAIT,
      seconds: WINDOW,
    });
    const both = requestScreening(receive(single, receivedImage('right')), TERMS, LATER);
    expect(both.request?.requestId).not.toBe(single.request?.requestId);
  });

  it('is screened again when an eye is replaced, and keeps the earlier photograph and result', () => {
    const first = requestScreening(
      receive(undefined, receivedImage('left'), receivedImage('right')),
      TERMS,
      NOW,
    );
    const screened = applyResult(first, answer(first), NOW).record;
    const again = requestScreening(receive(screened, receivedImage('left', 2)), TERMS, NOW);
    expect(again.status).toBe('screening');
    expect(versions(again, 'replaced')).toEqual([imageVersion('left', 1)]);
    const second = applyResult(again, answer(again), NOW).record;
    expect(droppedResults(again, second)).toEqual([screened.result]);
    expect(listingOf(second)).toEqual({ listing: 'refer', at: '2026-05-01T12:00:00.000Z' });
  });

  it('is not screened twice for the same photographs and model', () => {
    const exam = requestScreening(
      receive(undefined, receivedImage('left'), receivedImage('right')),
      TERMS,
      NOW,
    );
    expect(requestScreening(exam, TERMS, LATER)).toBe(exam);
    const screened = applyResult(exam, answer(exam), NOW).record;
    expect(requestScreening(screened, TERMS, LATER)).toBe(screened);
  });

  it('is screened again by another model or head', () => {
    const exam = receive(undefined, receivedImage('left'), receivedImage('right'));
    const ids = [
      MODEL,
      { ...MODEL, model: 'm2' },
      { ...MODEL, preprocessing: 'p2' },
      { ...MODEL, heads: [] },
    ].map((model) => requestIdOf(EXAM, workOf(exam, model, CONTRACT)));
    expect(new Set(ids).size).toBe(4);
  });

  it('takes a result once, and none that answers an older request', () => {
    const old = requestScreening(
      receive(undefined, receivedImage('left'), receivedImage('right')),
      TERMS,
      NOW,
    );
    const replaced = requestScreening(receive(old, receivedImage('right', 2)), TERMS, NOW);
    expect(applyResult(replaced, answer(old), NOW)).toEqual({ fate: 'superseded', record: replaced });
    const applied = applyResult(replaced, answer(replaced), NOW);
    expect(applied.fate).toBe('applied');
    expect(applyResult(applied.record, answer(replaced), NOW).fate).toBe('duplicate');
  });

  it('ends with the newest photographs whatever the order and repetition of events', () => {
    const events = [
      receivedImage('left', 1),
      receivedImage('left', 2),
      receivedImage('left', 3),
      receivedImage('right', 1),
      receivedImage('right', 2),
    ];
    const deliveries = fc
      .array(fc.constantFrom(...events), { maxLength: 8 })
      .chain((extra) =>
        fc.shuffledSubarray([...events, ...extra], { minLength: events.length + extra.length }),
      );
    fc.assert(
      fc.property(deliveries, (order) => {
        const exam = requestScreening(receive(undefined, ...order), TERMS, NOW);
        expect(versions(exam, 'current', 'left')).toEqual([imageVersion('left', 3)]);
        expect(versions(exam, 'current', 'right')).toEqual([imageVersion('right', 2)]);
        expect(
          versions(exam, 'replaced')
            .map(({ versionId }) => versionId)
            .sort(),
        ).toEqual(['v1', 'v1', 'v2']);
        expect(exam.status).toBe('screening');
      }),
    );
  });
});
