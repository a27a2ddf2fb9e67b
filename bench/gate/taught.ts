import { ANSWERS } from '../../judging/learned-gate/network.ts';
import type { Example } from './examples.ts';
import { answersOf, type FitOptions, fitNetwork, type Network, type Taught } from './fit-network.ts';

const GRADABLE = ANSWERS.indexOf('gradable');
/** Photographs that are presumed gradable, and that a first network doubts as much, teach nothing about that. */
const DOUBTED = 0.35;
const DEFECTS = new Set(['gradable', 'focus', 'dark', 'bright', 'covered', 'haze']);

const share = (logit: number) => 1 / (1 + Math.exp(-logit));

function taughtBy({ features, answers }: Example, isDoubted: boolean): Taught {
  const targets = Float64Array.from(ANSWERS, (name) => {
    if (isDoubted && DEFECTS.has(name)) return Number.NaN;
    return answers[name] ?? Number.NaN;
  });
  return { features, targets, weights: Float64Array.from(ANSWERS, () => 1) };
}

/** Each answer's yes and no count alike in sum, so that what is rare is learned too. */
function balanced(taught: readonly Taught[]): Taught[] {
  const sums = ANSWERS.map((_, index) => {
    const known = taught
      .map(({ targets }) => targets[index] ?? Number.NaN)
      .filter((target) => !Number.isNaN(target));
    const yes = known.filter((target) => target === 1).length;
    return {
      yes: Math.sqrt(known.length / (2 * Math.max(1, yes))),
      no: Math.sqrt(known.length / (2 * Math.max(1, known.length - yes))),
    };
  });
  return taught.map((one) => ({
    ...one,
    weights: Float64Array.from(sums, ({ yes, no }, index) => (one.targets[index] === 1 ? yes : no)),
  }));
}

/**
 * Teaches twice. No one has graded the photographs, so some of those that are presumed gradable are not: those that the
 * first network doubts are left out of the second one's grades.
 */
export function teach(
  examples: readonly Example[],
  options: FitOptions,
): { network: Network; doubted: number } {
  const first = fitNetwork(balanced(examples.map((one) => taughtBy(one, false))), options);
  const isDoubted = ({ features, presumed }: Example) =>
    presumed && share(answersOf(first, features)[GRADABLE] ?? 0) < DOUBTED;
  const doubts = examples.map(isDoubted);
  const network = fitNetwork(
    balanced(examples.map((one, index) => taughtBy(one, doubts[index] ?? false))),
    options,
  );
  return { network, doubted: doubts.filter(Boolean).length };
}
