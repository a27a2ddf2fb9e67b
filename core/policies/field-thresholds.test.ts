import { describe, expect, it } from 'vitest';
import type { EyeResult } from '../exams/exam-result.ts';
import type { Field } from '../exams/field.ts';
import { measuredRule, ruleOfLevel } from '../exams/measured-rule.ts';
import { decideOutcome } from './decide-outcome.ts';
import { judgeFindings } from './judge-findings.ts';
import { DEFAULT_POLICY, outcomePolicySchema } from './outcome-policy.ts';
import { policyId } from './policy-id.ts';
import { blurred, finding, HEADS, LEFT, RIGHT } from './testing/decided-exams.ts';

/** An eye with a gradable image of each of these fields. */
function withFields(eye: EyeResult, ...fields: readonly (Field | null)[]): EyeResult {
  const [image] = eye.images;
  if (image === undefined) throw new Error('an eye has an image');
  return {
    ...eye,
    images: fields.map((field, index) => ({ ...image, image: `${image.image}${index}`, field })),
  };
}

const TWO_FIELDS = withFields(LEFT, 'macula', 'disc');
const RETAKEN = withFields(LEFT, 'macula', null);
const RULE = measuredRule(2);
const ONE = { head: 'eyes', label: 'amd', threshold: 0.4 };
const TWO = { ...ONE, threshold: 0.7, rule: RULE };
const UNMEASURED = { ...finding('amd', 0.6, 'left'), calibrated: false as const };

const judged = (left: EyeResult, thresholds: readonly (typeof ONE | typeof TWO)[], one = UNMEASURED) =>
  judgeFindings({ thresholds: [...thresholds] }, { heads: HEADS, eyes: { left, right: RIGHT } }, [one])[0];

describe('the rule of a finding', () => {
  it.each([
    ['one image', LEFT, null],
    ['macula and disc', TWO_FIELDS, RULE],
    ['two images of the macula', RETAKEN, measuredRule(1)],
    ['macula, disc and a second disc', withFields(LEFT, 'macula', 'disc', 'disc'), RULE],
    ['macula and another that informs readers only', withFields(LEFT, 'macula', 'other'), null],
    ['ungradable images', blurred(TWO_FIELDS), null],
  ])('of an eye with %s is that of the fields which heads read', (_, left, rule) => {
    expect(ruleOfLevel({ left, right: null }, 'left')).toBe(rule);
    expect(ruleOfLevel({ left, right: RIGHT }, 'right')).toBeNull();
    expect(ruleOfLevel({ left: RIGHT, right: left }, 'patient')).toBe(rule);
  });
});

describe('a threshold for two fields', () => {
  it('judges the finding of an eye with two fields, before one for any number, wherever it stands', () => {
    for (const thresholds of [
      [ONE, TWO],
      [TWO, ONE],
    ])
      expect(judged(TWO_FIELDS, thresholds)).toMatchObject({
        threshold: 0.7,
        headThreshold: 0.5,
        positive: false,
      });
  });

  it('judges no other finding: the one for any number counts, else the head', () => {
    expect(judged(RETAKEN, [TWO, ONE])).toMatchObject({ threshold: 0.4, calibrated: false, positive: true });
    expect(judged(LEFT, [TWO])).toMatchObject({ threshold: 0.5, positive: true });
    expect(judged(LEFT, [TWO])).not.toHaveProperty('headThreshold');
  });

  it('takes back that the finding is not calibrated, which any other threshold leaves', () => {
    const calibrated = judged(TWO_FIELDS, [TWO]);
    expect(calibrated).not.toHaveProperty('calibrated');
    expect(calibrated?.calibratedBy).toBe('policy');
    expect(judged(TWO_FIELDS, [ONE])).toMatchObject({ threshold: 0.4, calibrated: false });
    expect(judged(TWO_FIELDS, [ONE])).not.toHaveProperty('calibratedBy');
  });

  it('leaves nothing behind where another policy judges the finding again', () => {
    const before = judged(TWO_FIELDS, [TWO]);
    if (before === undefined) throw new Error('there is a finding');
    const source = { heads: HEADS, eyes: { left: TWO_FIELDS, right: RIGHT } };
    expect(judgeFindings({ thresholds: [] }, source, [before])).toStrictEqual([
      { ...UNMEASURED, positive: true },
    ]);
  });

  it('claims nothing of a head that was measured for the rule itself', () => {
    const { calibrated: _, ...measured } = UNMEASURED;
    const [found] = judgeFindings(
      { thresholds: [TWO] },
      { heads: HEADS, eyes: { left: TWO_FIELDS, right: RIGHT } },
      [measured],
    );
    expect(found).not.toHaveProperty('calibratedBy');
    expect(found?.threshold).toBe(0.7);
  });

  it('decides the outcome, and is part of what names the policy', () => {
    const outcome = (thresholds: (typeof ONE | typeof TWO)[]) =>
      decideOutcome(
        { ...DEFAULT_POLICY, thresholds },
        {
          eyes: { left: TWO_FIELDS, right: RIGHT },
          heads: HEADS,
          findings: [UNMEASURED, finding('amd', 0.1, 'right')],
        },
      ).outcome;
    expect(outcome([ONE])).toBe('refer');
    expect(outcome([ONE, TWO])).toBe('recall');
    const ids = [[ONE], [ONE, TWO], [ONE, { ...TWO, rule: measuredRule(1) }]].map((thresholds) =>
      policyId({ ...DEFAULT_POLICY, thresholds }),
    );
    expect(new Set(ids).size).toBe(3);
  });

  it('is read from a stored policy, and one without it keeps its id', () => {
    const stored = { ...DEFAULT_POLICY, thresholds: [ONE, TWO] };
    expect(outcomePolicySchema.parse(JSON.parse(JSON.stringify(stored)))).toEqual(stored);
    const former = { ...DEFAULT_POLICY, thresholds: [ONE] };
    expect(policyId(outcomePolicySchema.parse(former))).toBe(policyId(former));
  });
});
