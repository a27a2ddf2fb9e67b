import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HeadError, parseHead } from '../../../core/heads/head.ts';
import { HeadScorer } from '../../../core/heads/score-head.ts';
import { type Bundle, openBundle } from '../../bundle/index.ts';
import { TextSession } from '../../runtime/text-session.ts';
import { compilePrompts, type TextFeatures } from './compile-prompts.ts';
import { headFromPrompts } from './head-from-prompts.ts';
import { promptSetOf } from './prompt-set.ts';

const MODEL = { id: 'ab'.repeat(32), trained: true, logitScale: 20, intendedUse: 'tests' };
const LABELS = promptSetOf(
  { name: 'p', level: 'left', labels: { amd: { positive: ['a', 'b'], negative: ['c'], threshold: 0.3 } } },
  'test',
);
const CLASSES = promptSetOf({ name: 'p', level: 'patient', classes: { x: ['a', 'b'], y: ['c'] } }, 'test');

const vector = fc
  .tuple(...Array.from({ length: 3 }, () => fc.float({ min: -4, max: 4, noNaN: true })))
  .filter((values) => Math.hypot(...values) > 0.1)
  .map((values) => Float32Array.from(values));
const unit = (values: ArrayLike<number>) =>
  Array.from(values, (value) => value / Math.hypot(...Array.from(values)));
const cosine = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  unit(a).reduce((sum, value, index) => sum + value * (unit(b)[index] ?? 0), 0);
const mean = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  unit(a).map((value, index) => value + (unit(b)[index] ?? 0));

describe('a head of prompts', () => {
  it('scores a label by the scaled cosine with what speaks for it less that with what speaks against it', () => {
    fc.assert(
      fc.property(vector, vector, vector, vector, (a, b, c, image) => {
        fc.pre(Math.hypot(...mean(a, b)) > 0.1 && Math.abs(cosine(mean(a, b), c)) < 0.999);
        const features: TextFeatures = new Map(Object.entries({ a, b, c }));
        const head = compilePrompts(LABELS, features, MODEL);
        const expected = 20 * (cosine(image, mean(a, b)) - cosine(image, c));
        const [finding] = new HeadScorer(head).score({
          left: { visual: image, mapped: image },
          right: null,
          patient: image,
        });
        expect(finding).toMatchObject({ level: 'left', label: 'amd', threshold: 0.3 });
        expect(finding?.probability).toBeCloseTo(1 / (1 + Math.exp(-expected)), 4);
      }),
      { numRuns: 50 },
    );
  });

  it('of classes gives the softmax of scaled cosines', () => {
    const features: TextFeatures = new Map([
      ['a', Float32Array.of(3, 0)],
      ['b', Float32Array.of(0, 5)],
      ['c', Float32Array.of(0, 9)],
    ]);
    const image = Float32Array.of(0.1, 0.1);
    const findings = new HeadScorer(compilePrompts(CLASSES, features, MODEL)).score({
      left: { visual: image, mapped: image },
      right: null,
      patient: image,
    });
    const [x, y] = [20 * 1, 20 * Math.SQRT1_2];
    expect(findings.map(({ probability }) => probability)).toEqual([
      expect.closeTo(Math.exp(x) / (Math.exp(x) + Math.exp(y)), 5),
      expect.closeTo(Math.exp(y) / (Math.exp(x) + Math.exp(y)), 5),
    ]);
  });

  it('is refused where prompts cannot be told apart, cancel out, or were not encoded', () => {
    const same = new Map(['a', 'b', 'c'].map((text) => [text, Float32Array.of(1, 2)]));
    expect(() => compilePrompts(LABELS, same, MODEL)).toThrow(/"amd".*never tell/);
    const opposed = new Map([...same, ['b', Float32Array.of(-1, -2)] as const]);
    expect(() => compilePrompts(LABELS, opposed, MODEL)).toThrow(/"a", "b".*no direction/);
    expect(() => compilePrompts(LABELS, new Map(), MODEL)).toThrow(/"c" was not encoded/);
  });

  it.each<[string, unknown, RegExp]>([
    ['no object', [], /no prompt set/],
    ['an unknown level', { name: 'p', level: 'eye', classes: { a: ['x'], b: ['y'] } }, /level/],
    ['no labels', { name: 'p', level: 'left', labels: {} }, /"labels" is empty/],
    ['neither labels nor classes', { name: 'p', level: 'left' }, /either "labels" or "classes"/],
    ['one class', { name: 'p', level: 'left', classes: { a: ['x'] } }, /at least two/],
    [
      'no prompt',
      { name: 'p', level: 'left', labels: { a: { positive: [], negative: ['x'] } } },
      /no prompt/,
    ],
    [
      'an empty prompt',
      { name: 'p', level: 'left', labels: { a: { positive: [' '], negative: ['x'] } } },
      /empty/,
    ],
    ['no negative prompts', { name: 'p', level: 'left', labels: { a: { positive: ['x'] } } }, /negative/],
    [
      'a name with spaces',
      { name: 'p', level: 'left', classes: { 'A b': ['x'], b: ['y'] } },
      /small letters/,
    ],
  ])('is refused for a prompt set with %s', (_, content, message) => {
    expect(() => promptSetOf(content, 'prompts.json')).toThrow(HeadError);
    expect(() => promptSetOf(content, 'prompts.json')).toThrow(message);
  });
});

describe('a head of prompts by the default bundle', () => {
  let bundle: Bundle;
  let session: TextSession;
  beforeAll(async () => {
    bundle = await openBundle(fileURLToPath(new URL('../../../bundles/default', import.meta.url)));
    session = await TextSession.load(bundle);
  });
  afterAll(() => session.release());

  const set = (positive: string[]) => ({
    name: 'glaucoma',
    level: 'patient',
    labels: { glaucoma: { positive, negative: ['双眼正常眼底', 'normal fundus'] } },
  });

  it('is a valid head, bound to the bundle and as trained as it', async () => {
    const { head, warnings } = await headFromPrompts(
      bundle,
      session,
      promptSetOf(set(['双眼青光眼', 'glaucoma in both eyes']), 'test'),
    );
    expect(warnings).toEqual([]);
    expect(parseHead(JSON.stringify(head), 'head.json')).toEqual(head);
    const { id, trained } = bundle.manifest;
    expect(head).toMatchObject({ feature: 'patient', normalize: true, model: id, trained });
  });

  it('reads more prompts than one batch holds as it reads them alone', async () => {
    const many = Array.from({ length: 40 }, (_, index) => `glaucoma grade ${index}`);
    const one = await headFromPrompts(bundle, session, promptSetOf(set(many.slice(39)), 'test'));
    const features = async (text: string) => (await session.encode([text], 100)).features.patient;
    const expected = compilePrompts(
      promptSetOf(set(many), 'test'),
      new Map(
        await Promise.all(
          [...many, '双眼正常眼底', 'normal fundus'].map(
            async (text) => [text, await features(text)] as const,
          ),
        ),
      ),
      { ...bundle.manifest, logitScale: bundle.manifest.logitScales.patient },
    );
    const { head } = await headFromPrompts(bundle, session, promptSetOf(set(many), 'test'));
    const weights = head.labels[0]?.weights ?? [];
    weights.forEach((weight, channel) => {
      expect(weight).toBeCloseTo(expected.labels[0]?.weights[channel] ?? Number.NaN, 3);
    });
    expect(one.head.labels[0]?.weights).not.toEqual(weights);
  });

  it('warns of prompts without a known word, and of prompts that are cut', async () => {
    const long = 'glaucoma '.repeat(120).trim();
    const { warnings } = await headFromPrompts(bundle, session, promptSetOf(set(['ᚠᚢᚦ', long]), 'test'));
    expect(warnings).toEqual([
      { text: 'ᚠᚢᚦ', problem: expect.stringContaining('none of its words') },
      { text: long, problem: expect.stringContaining('cut after 98 of 120') },
    ]);
  });
});
