import { describe, expect, it } from 'vitest';
import { gradableEye, imageVersion } from '../testing/records.ts';
import { decideOutcome } from './decide-outcome.ts';
import { disagreeingImages, judgeFindings } from './judge-findings.ts';
import { DEFAULT_POLICY } from './outcome-policy.ts';

const AMD = {
  ...{
    level: 'left' as const,
    image: 'left-b',
    head: 'odir',
    label: 'amd',
    probability: 0.4,
    threshold: 0.5,
  },
  calibrated: false as const,
  alone: [
    { image: 'left-b', probability: 0.7 },
    { image: 'left-c', probability: 0.5 },
    { image: 'left-d', probability: 0.45 },
  ],
};
const NORMAL = { ...AMD, label: 'normal', probability: 0.8, alone: [{ image: 'left-b', probability: 0.3 }] };
const HEADS = [{ name: 'odir', id: 'h1' }];
const SOURCE = { heads: HEADS, eyes: { left: null, right: null } };

function disagreeing(finding: typeof AMD, thresholds: { label: string; threshold: number }[] = []) {
  const own = thresholds.map((threshold) => ({ head: 'odir', ...threshold }));
  return judgeFindings({ thresholds: own }, SOURCE, [finding]).flatMap(disagreeingImages);
}

const eyes = {
  left: gradableEye(imageVersion('left', 1), 'left'),
  right: gradableEye(imageVersion('right', 1), 'right'),
};
const decided = (findings: readonly (typeof AMD)[]) =>
  decideOutcome(DEFAULT_POLICY, { eyes, heads: HEADS, findings });

describe('images that disagree with their eye', () => {
  it('alone reach the threshold that the eye does not', () => {
    expect(disagreeing(AMD)).toEqual(['left-b', 'left-c']);
    expect(disagreeing({ ...AMD, probability: 0.5 })).toEqual([]);
  });

  it('are found by the threshold of the policy where it has one', () => {
    expect(disagreeing(AMD, [{ label: 'amd', threshold: 0.6 }])).toEqual(['left-b']);
    expect(disagreeing(AMD, [{ label: 'amd', threshold: 0.3 }])).toEqual([]);
    expect(disagreeing(AMD, [{ label: 'drusen', threshold: 0.9 }])).toEqual(['left-b', 'left-c']);
  });

  it('of normal alone stay below the threshold that the eye reaches', () => {
    expect(disagreeing(NORMAL)).toEqual(['left-b']);
    expect(disagreeing({ ...NORMAL, alone: [{ image: 'left-b', probability: 0.5 }] })).toEqual([]);
    expect(disagreeing({ ...NORMAL, probability: 0.4 })).toEqual([]);
  });

  it('flag the result, and change no outcome', () => {
    const agreeing = { ...AMD, alone: [{ image: 'left-b', probability: 0.49 }] };
    expect(decided([AMD])).toMatchObject({ flags: ['images-disagree'] });
    expect(decided([agreeing])).toMatchObject({ flags: [] });
    expect(decided([AMD]).outcome).toBe(decided([agreeing]).outcome);
  });

  it('stay in the judged finding, as does that it is not calibrated', () => {
    const [finding] = decided([AMD]).findings;
    expect(finding).toEqual({ ...AMD, positive: false });
    // Judged again, by another policy.
    expect(judgeFindings({ thresholds: [] }, SOURCE, finding ? [finding] : [])).toEqual([finding]);
    const { calibrated: _, alone: __, ...plain } = AMD;
    expect(judgeFindings({ thresholds: [] }, SOURCE, [plain])).toStrictEqual([{ ...plain, positive: false }]);
  });
});
