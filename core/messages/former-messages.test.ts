import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../errors.ts';
import { parseMessage } from './parse-message.ts';
import { screeningRequestSchema } from './screening-request.ts';
import { screeningResultSchema } from './screening-result.ts';

const EXAM = { program: 'north', patient: 'P1', exam: '2026-05-01' };
const MODEL = {
  ...{ schema: 'active-model/1', model: 'm1', preprocessing: 'p1', trained: true },
  heads: [{ name: 'odir', id: 'h1' }],
};
const version = (eye: 'left' | 'right') => ({
  key: `images/north/P1/2026-05-01/${eye}.jpg`,
  versionId: `version of ${eye}`,
  sha256: (eye === 'left' ? 'a' : 'b').repeat(64),
  bytes: eye === 'left' ? 11 : 22,
  order: `order of ${eye}`,
});
const asked = (left: unknown, right: unknown) =>
  JSON.stringify({
    ...{ schema: 'screening-request/1', requestId: 'r1', exam: EXAM, model: MODEL },
    ...{ images: { left, right }, requestedAt: '2026-05-01T12:00:00.000Z' },
  });

describe('a request of the first form', () => {
  it.each([
    ['both eyes', version('left'), version('right'), ['left', 'right']],
    ['the left eye', version('left'), null, ['left']],
    ['the right eye', null, version('right'), ['right']],
  ])('asks about %s, each by its own version', (_, left, right, eyes) => {
    const request = parseMessage(screeningRequestSchema, asked(left, right));
    expect(request).toMatchObject({ schema: 'screening-request/2', requestId: 'r1', contract: null });
    expect(request.images).toEqual(
      eyes.map((laterality) => ({
        ...version(laterality as 'left' | 'right'),
        ...{ laterality, field: null, pixelsSha256: null },
      })),
    );
  });

  it('of no known form is refused', () => {
    const body = asked(null, null).replace('request/1', 'request/9');
    expect(() => parseMessage(screeningRequestSchema, body)).toThrow(InvalidInputError);
  });
});

const GRADABLE = { gradable: true, reason: null, measurements: { sharpness: 3 } };
const DARK = { gradable: false, reason: 'too-dark', measurements: {} };
const CHECK = { detected: 'left', confidence: 0.99, threshold: 0.9, suspect: false };
const finding = (level: string, probability: number) => ({
  ...{ level, head: 'odir', label: 'amd', probability, threshold: 0.5, positive: probability >= 0.5 },
});
const ANSWER = {
  schema: 'screening-result/1',
  exam: EXAM,
  output: {
    ...{ requestId: 'r1', screenedAt: '2026-05-01T12:00:00.000Z', model: 'm1', preprocessing: 'p1' },
    heads: MODEL.heads,
    eyes: {
      left: { image: version('left'), quality: GRADABLE, laterality: CHECK },
      right: { image: version('right'), quality: DARK },
    },
    findings: [finding('left', 0.6), finding('right', 0.2), finding('patient', 0.4)],
    features: { shard: 's', row: 7 },
    flags: ['research-use-only'],
    runtime: { runtime: 'r', provider: 'cpu', precision: 'fp32' },
  },
  shadow: { heads: [{ name: 'new', id: 'n1' }], findings: [finding('right', 0.7), finding('left', 0.1)] },
};

describe('a result of the first form', () => {
  const read = () => parseMessage(screeningResultSchema, JSON.stringify(ANSWER));

  it('has its one image of each eye in a list', () => {
    const result = read();
    expect(result.schema).toBe('screening-result/2');
    expect(result.output.eyes.left).toEqual({
      ...ANSWER.output.eyes.left,
      images: [{ image: version('left').key, field: null, quality: GRADABLE, laterality: CHECK }],
    });
    expect(result.output.eyes.right).toEqual({
      ...ANSWER.output.eyes.right,
      images: [{ image: version('right').key, field: null, quality: DARK }],
    });
  });

  it('has findings that name the image of their eye, and none that is judged', () => {
    const result = read();
    const told = (findings: readonly { level: string; image: string | null; probability: number }[]) =>
      findings.map(({ level, image, probability }) => [level, image, probability]);
    expect(told(result.output.findings)).toEqual([
      ['left', version('left').key, 0.6],
      ['right', version('right').key, 0.2],
      ['patient', null, 0.4],
    ]);
    expect(told(result.shadow?.findings ?? [])).toEqual([
      ['right', version('right').key, 0.7],
      ['left', version('left').key, 0.1],
    ]);
    expect(result.output.findings[0]).not.toHaveProperty('positive');
    expect(result.output.features).toEqual({ shard: 's', row: 7 });
  });

  it('without heads in shadow has none', () => {
    const { shadow: _, ...without } = ANSWER;
    expect(parseMessage(screeningResultSchema, JSON.stringify(without)).shadow).toBeUndefined();
  });

  it.each([
    ['without eyes', { output: { ...ANSWER.output, eyes: undefined } }, /"eyes"/],
    [
      'of an eye without an image',
      { output: { ...ANSWER.output, eyes: { left: {}, right: null } } },
      /"left",\s+"image"/,
    ],
    ['of no exam', { exam: { program: 'north' } }, /→ at exam\.patient/],
  ])('%s is refused, and told what it lacks', (_, change, reason) => {
    const body = JSON.stringify({ ...ANSWER, ...change });
    expect(() => parseMessage(screeningResultSchema, body)).toThrow(InvalidInputError);
    expect(() => parseMessage(screeningResultSchema, body)).toThrow(reason);
  });
});
