import { moreUrgent } from '../../core/exams/outcome.ts';
import { type OutcomePolicy, policyId } from '../../core/policies/index.ts';
import { colours as pc } from '../terminal/colours.ts';

const OUTCOME_WORDS = {
  recall: 'changes nothing',
  refer: 'refers',
  'refer-urgent': 'refers urgently',
} as const satisfies Readonly<Record<OutcomePolicy['rules'][number]['outcome'], string>>;

function ruleText({
  label,
  head,
  level,
  minimumProbability,
  outcome,
}: OutcomePolicy['rules'][number]): string {
  const finding = label === '*' ? 'any other positive finding' : `a positive finding of ${label}`;
  const of = [
    head === undefined ? '' : ` by head ${head}`,
    level === undefined ? '' : level === 'patient' ? ' of the patient' : ` in the ${level} eye`,
    minimumProbability === undefined ? '' : ` with a probability of at least ${minimumProbability}`,
  ];
  return `${finding}${of.join('')} ${OUTCOME_WORDS[outcome]}`;
}

/** Labels with equal thresholds in one line: `0.276 glaucoma, amd (heads odir, odir-eye)`. */
function thresholdLines({ thresholds }: OutcomePolicy): string[] {
  const heads = Map.groupBy(thresholds, ({ label, level, rule, threshold }) =>
    JSON.stringify([label, level, rule, threshold]),
  );
  const lines = [...heads.values()].map((same) => {
    const [{ label, level, rule, threshold }] = same as [OutcomePolicy['thresholds'][number]];
    const fields = rule === undefined ? '' : `; images read together: ${rule}`;
    const of = `${level === undefined ? '' : `, ${level}`}${fields}`;
    return { threshold, text: `${label} (${same.map(({ head }) => head).join(', ')}${of})` };
  });
  return lines
    .toSorted((a, b) => a.threshold - b.threshold || (a.text < b.text ? -1 : 1))
    .map(({ threshold, text }) => `  ${String(threshold).padEnd(8)} ${text}`);
}

function eyeText(outcome: string): string {
  return outcome === 'recall' ? 'is not asked for' : `makes the exam ${outcome} at least`;
}

/** A policy in words, for a terminal. */
export function policyText(policy: OutcomePolicy): string {
  const { name, rules, thresholds, ungradableEye, missingEye, lateralitySuspect, identityDoubt } = policy;
  const { fieldDoubtful = 'flag', unlikeTraining = 'flag', mediaOpacity = 'refer' } = policy;
  const only = [
    ...new Set(
      thresholds.map(({ head, headId }) => (headId === undefined ? '' : `${head} ${headId.slice(0, 8)}`)),
    ),
  ];
  const heads = only.filter((head) => head !== '');
  const doubt = (outcome: string): string => (outcome === 'flag' ? 'is flagged only' : eyeText(outcome));
  return [
    `${pc.bold(name ?? 'a policy without a name')} ${pc.dim(policyId(policy))}`,
    'A finding is positive from its threshold on:',
    ...(thresholds.length === 0 ? ["  every head's own thresholds"] : thresholdLines(policy)),
    ...(heads.length === 0
      ? []
      : [pc.dim(`  for these heads only: ${heads.join(', ')}; others keep their own`)]),
    ...(thresholds.length > 0 ? [pc.dim("  any other label: the head's own threshold")] : []),
    'Of a positive finding the first rule that fits decides, and the most urgent outcome counts:',
    ...rules.map((rule) => `  ${ruleText(rule)}`),
    `An ungradable eye ${eyeText(ungradableEye)}.`,
    `An eye that is ungradable for hazy media ${eyeText(moreUrgent(mediaOpacity, ungradableEye))}.`,
    `An eye without a photograph ${eyeText(missingEye)}.`,
    `A photograph that seems to show the other eye ${doubt(lateralitySuspect)}.`,
    `A photograph that seems to show another field than it was named ${doubt(fieldDoubtful)}.`,
    `A photograph that is unlike those that the model was trained on ${doubt(unlikeTraining)}.`,
    `Doubt about whose photographs they are ${doubt(identityDoubt)}.`,
    'Otherwise, with every eye assessed and nothing found: recall.',
  ].join('\n');
}
