import { describe, expect, it } from 'vitest';
import type { FindingLevel } from '../exams/finding.ts';
import { explain, type OutcomeReason, reasonText } from '../exams/outcome-reason.ts';
import { gradableEye, imageVersion } from '../testing/records.ts';
import { decideOutcome } from './decide-outcome.ts';
import { hasStaleThresholds, judgeFindings } from './judge-findings.ts';
import { DEFAULT_POLICY, type OutcomePolicy } from './outcome-policy.ts';
import { policyId } from './policy-id.ts';

const HEADS = [
  { name: 'odir', id: 'odir-1' },
  { name: 'eyes', id: 'eyes-1' },
];
const SOURCE = { heads: HEADS, eyes: { left: null, right: null } };

function finding(level: FindingLevel, probability: number, label = 'amd', head = 'odir') {
  return {
    level,
    image: level === 'patient' ? null : `${level}.jpg`,
    head,
    label,
    probability,
    threshold: 0.5,
  };
}

/**
 * By Python: `hashlib.sha256(json.dumps(policy, separators=(',', ':'), sort_keys=True).encode()).hexdigest()[:16]`, of
 * the policy without its name, under `outcome-policy/2`.
 */
describe("a policy's id", () => {
  it('is that of its canonical JSON, and stays', () => {
    expect(policyId(DEFAULT_POLICY)).toBe('1bc74de65b8f3fc5');
    expect(policyId({ ...DEFAULT_POLICY, name: 'triage' })).toBe('1bc74de65b8f3fc5');
    expect(policyId({ ...DEFAULT_POLICY, schema: 'outcome-policy/1' })).toBe('1bc74de65b8f3fc5');
    const { rules, thresholds, ...rest } = DEFAULT_POLICY;
    expect(policyId({ thresholds, rules, ...rest })).toBe('1bc74de65b8f3fc5');
    const [first, ...others] = rules;
    expect(policyId({ ...DEFAULT_POLICY, rules: [{ ...first, level: undefined } as never, ...others] })).toBe(
      '1bc74de65b8f3fc5',
    );
  });

  it('is another for whatever decides: order of rules, thresholds, eyes, doubts', () => {
    const threshold = { head: 'odir', label: 'amd', threshold: 0.25 };
    expect(policyId({ ...DEFAULT_POLICY, thresholds: [threshold] })).toBe('396bec3b0b892ce6');
    const policies: OutcomePolicy[] = [
      DEFAULT_POLICY,
      { ...DEFAULT_POLICY, rules: DEFAULT_POLICY.rules.toReversed() },
      { ...DEFAULT_POLICY, thresholds: [{ ...threshold, level: 'left' }] },
      { ...DEFAULT_POLICY, thresholds: [{ ...threshold, level: 'right' }] },
      { ...DEFAULT_POLICY, ungradableEye: 'refer' },
      { ...DEFAULT_POLICY, missingEye: 'refer' },
      { ...DEFAULT_POLICY, lateralitySuspect: 'refer' },
      { ...DEFAULT_POLICY, identityDoubt: 'refer' },
    ];
    expect(new Set(policies.map(policyId)).size).toBe(policies.length);
  });
});

describe('a finding', () => {
  const judged = (thresholds: OutcomePolicy['thresholds'], one = finding('left', 0.5)) =>
    judgeFindings({ thresholds }, SOURCE, [one])[0];

  it("is positive from its head's threshold on", () => {
    expect(judged([])).toEqual({ ...finding('left', 0.5), positive: true });
    expect(judged([], finding('left', 0.499_999))?.positive).toBe(false);
  });

  it("is positive from the policy's own threshold on, and says the head's", () => {
    const own = { head: 'odir', label: 'amd', threshold: 0.75 };
    expect(judged([own], finding('left', 0.75))).toEqual({
      ...finding('left', 0.75),
      ...{ threshold: 0.75, headThreshold: 0.5, positive: true },
    });
    expect(judged([own], finding('left', 0.74))?.positive).toBe(false);
    const again = judgeFindings({ thresholds: [] }, SOURCE, [judged([own], finding('left', 0.6)) as never]);
    expect(again).toEqual([{ ...finding('left', 0.6), positive: true }]);
  });

  it.each([
    ['another head', { head: 'eyes', label: 'amd' }, false],
    ['another label', { head: 'odir', label: 'dr' }, false],
    ['another eye', { head: 'odir', label: 'amd', level: 'right' as const }, false],
    ['its eye', { head: 'odir', label: 'amd', level: 'left' as const }, true],
    ['its head by id', { head: 'odir', label: 'amd', headId: 'odir-1' }, true],
    ['a former head of the name', { head: 'odir', label: 'amd', headId: 'odir-0' }, false],
    ['the id of another head', { head: 'odir', label: 'amd', headId: 'eyes-1' }, false],
  ])('is judged by a threshold for %s: %o, %s', (_, place, isFor) => {
    expect(judged([{ ...place, threshold: 0.9 }])?.threshold).toBe(isFor ? 0.9 : 0.5);
  });

  it('is judged by the first threshold that is for it', () => {
    const thresholds = [0.1, 0.2].map((threshold) => ({ head: 'odir', label: 'amd', threshold }));
    expect(judged([{ head: 'eyes', label: 'amd', threshold: 0.3 }, ...thresholds])?.threshold).toBe(0.1);
  });

  it('leaves thresholds of heads that are gone, and that is told', () => {
    const stale = (head: string, headId?: string) =>
      hasStaleThresholds(
        {
          thresholds: [
            { head: 'odir', label: 'amd', threshold: 0.1 },
            { head, headId, label: 'amd', threshold: 0.1 },
          ],
        },
        HEADS,
      );
    expect([
      stale('odir'),
      stale('gone'),
      stale('odir', 'odir-1'),
      stale('odir', 'odir-0'),
      stale('eyes', 'odir-1'),
    ]).toEqual([...[false, false, false, true, true]]);
  });
});

describe('a reason', () => {
  const called = { outcome: 'refer' as const };
  const found = { ...called, because: 'finding' as const, head: 'odir', label: 'amd' };

  it.each<[OutcomeReason, string]>([
    [
      { ...found, level: 'patient', probability: 0.44, threshold: 0.33 },
      'amd 0.44, threshold 0.33 (patient, head odir)',
    ],
    [
      { ...found, level: 'left', probability: 0.5, threshold: 0.5 },
      'amd 0.50, threshold 0.50 (left eye, head odir)',
    ],
    [
      { ...found, level: 'right', probability: 0.3304, threshold: 0.3301 },
      'amd 0.3304, threshold 0.3301 (right eye, head odir)',
    ],
    [
      { ...found, level: 'right', probability: 0.333_332, threshold: 0.333_331 },
      'amd 0.333332, threshold 0.333331 (right eye, head odir)',
    ],
    [
      { ...called, because: 'ungradable-eye', eye: 'left', reason: 'too-dark' },
      'the left eye is ungradable: too-dark',
    ],
    [{ ...called, because: 'missing-eye', eye: 'right' }, 'the right eye has no photograph'],
    [
      { ...called, because: 'inadequate-eye', eye: 'left', field: 'disc' },
      'no photograph of the left eye shows its macula',
    ],
    [
      { ...called, because: 'laterality-suspect', eye: 'right' },
      'the photograph of the right eye seems to show the other eye',
    ],
    [{ ...called, because: 'no-evidence', eye: 'left' }, 'no head assessed the left eye for disease'],
    [{ ...called, because: 'identity-doubt', doubt: 'x' }, 'it is in doubt whose photographs these are: x'],
  ])('%o is said as: %s', (reason, text) => {
    expect(reasonText(reason)).toBe(text);
  });

  it('stands behind its outcome, with what else was called for and what speaks against it', () => {
    const refer: OutcomeReason = { ...found, level: 'patient', probability: 0.6, threshold: 0.4 };
    const normal: OutcomeReason = { ...refer, outcome: 'recall', label: 'normal', probability: 0.95 };
    const missing: OutcomeReason = { outcome: 'ungradable', because: 'missing-eye', eye: 'left' };
    expect(explain('refer', [refer, missing, normal])).toBe(
      'refer: amd 0.60, threshold 0.40 (patient, head odir); besides, the left eye has no photograph; ' +
        'although normal 0.95, threshold 0.40 (patient, head odir)',
    );
    expect(explain('refer', [refer, { ...refer, label: 'dr' }])).toBe(
      'refer: amd 0.60, threshold 0.40 (patient, head odir); dr 0.60, threshold 0.40 (patient, head odir)',
    );
    expect(explain('recall', [])).toBe(
      'recall: every eye was assessed, and no finding of disease reaches its threshold',
    );
  });
});

describe('a decision', () => {
  const eyes = {
    left: gradableEye(imageVersion('left', 1), 'left'),
    right: gradableEye(imageVersion('right', 1), 'right'),
  };

  it('names what each eye calls for, the most urgent first', () => {
    const dark = { gradable: false, reason: 'too-dark', measurements: {} } as const;
    const [shown] = eyes.right.images;
    const right = {
      ...eyes.right,
      images: shown === undefined ? [] : [{ ...shown, field: 'disc' as const }],
    };
    const suspect = { detected: 'right', confidence: 0.9, threshold: 0.8, suspect: true } as const;
    const left = { ...eyes.left, quality: dark, laterality: suspect };
    const policy: OutcomePolicy = {
      ...DEFAULT_POLICY,
      lateralitySuspect: 'refer',
      identityDoubt: 'ungradable',
    };
    const input = { eyes: { left, right }, heads: HEADS, findings: [], doubts: ['equal bytes'] };
    const { outcome, reasons } = decideOutcome(policy, input);
    expect(outcome).toBe('refer');
    expect(reasons).toEqual([
      { outcome: 'refer', because: 'laterality-suspect', eye: 'left' },
      { outcome: 'ungradable', because: 'ungradable-eye', eye: 'left', reason: 'too-dark' },
      { outcome: 'ungradable', because: 'inadequate-eye', eye: 'right', field: 'disc' },
      { outcome: 'ungradable', because: 'identity-doubt', doubt: 'equal bytes' },
      { outcome: 'not-assessed', because: 'no-evidence', eye: 'right' },
    ]);
    const flagged = decideOutcome(DEFAULT_POLICY, input).reasons;
    expect(flagged.map(({ because }) => because)).toEqual([
      ...['ungradable-eye', 'inadequate-eye', 'no-evidence'],
    ]);
  });

  it('takes findings of one eye as evidence of that eye alone', () => {
    const decide = (level: FindingLevel) =>
      decideOutcome(DEFAULT_POLICY, { eyes, heads: HEADS, findings: [finding(level, 0.1)] }).reasons;
    expect(decide('left')).toEqual([{ outcome: 'not-assessed', because: 'no-evidence', eye: 'right' }]);
    expect(decide('right')).toEqual([{ outcome: 'not-assessed', because: 'no-evidence', eye: 'left' }]);
    expect(decide('patient')).toEqual([]);
  });

  it('acts on a finding from the least probability that its rule names', () => {
    const rules = [
      { label: 'amd', minimumProbability: 0.8, outcome: 'refer-urgent' as const },
      { label: '*', outcome: 'refer' as const },
    ];
    const decide = (probability: number) =>
      decideOutcome(
        { ...DEFAULT_POLICY, rules },
        { eyes, heads: HEADS, findings: [finding('patient', probability)] },
      ).outcome;
    expect([decide(0.8), decide(0.79)]).toEqual(['refer-urgent', 'refer']);
    const none = decideOutcome(
      { ...DEFAULT_POLICY, rules: rules.slice(0, 1) },
      { eyes, heads: HEADS, findings: [finding('patient', 0.79)] },
    );
    expect(none.reasons.filter(({ because }) => because === 'finding')).toEqual([]);
  });
});
