import type { SeenField } from '../../core/exams/field.ts';
import type { UngradableReason } from '../../core/exams/quality.ts';
import { GATE_LIMITS } from './limits.ts';
import type { Answers } from './network.ts';

/** What the rules say of light and focus, which haze may explain. */
const VEILED: ReadonlySet<UngradableReason | null> = new Set(['out-of-focus', 'too-bright']);

/** Reasons for which a photograph that is hardly gradable may be refused, by the answer that calls for each. */
const DEFECTS = {
  focus: 'out-of-focus',
  dark: 'too-dark',
  bright: 'too-bright',
  covered: 'field-covered',
  haze: 'media-opacity',
} as const satisfies Partial<Record<keyof Answers, UngradableReason>>;

/** The reason that the most certain of the defects gives. */
function worstDefect(answers: Answers): UngradableReason {
  const named = Object.entries(DEFECTS) as [keyof typeof DEFECTS, UngradableReason][];
  return named.reduce((worst, one) => (answers[one[0]] > answers[worst[0]] ? one : worst))[1];
}

/**
 * What follows from the rules and the learned gate together. The rules say what is plain; the gate says what no rule can:
 * what kind of picture it is, and whether a person could grade it.
 *
 * @param rules the rules' reason; `null` where they refuse nothing
 * @param shown what the photograph is centred on, as far as that is sure
 * @returns `null` if it is gradable
 * @example decideReason('out-of-focus', { ...answers, haze: 0.9 }, null) // 'media-opacity'
 */
export function decideReason(
  rules: UngradableReason | null,
  answers: Answers,
  shown: SeenField | null,
): UngradableReason | null {
  if (rules === 'not-a-fundus-photograph' || rules === 'field-not-found' || rules === 'retina-too-small')
    return rules;
  if (answers.fundus < GATE_LIMITS.leastFundus) return 'not-a-fundus-photograph';
  // Where light is missing or burns out, the colours go with it: that is said in its own words.
  const isUnlit = rules === 'too-dark' || rules === 'too-bright' || answers.bright >= GATE_LIMITS.burntOut;
  if (answers.colour < GATE_LIMITS.leastColour && !isUnlit) return 'not-a-colour-photograph';
  if (rules !== null) {
    const isHaze = answers.haze >= GATE_LIMITS.hazeOfBlur && answers.haze > answers.focus;
    return VEILED.has(rules) && isHaze ? 'media-opacity' : rules;
  }
  if (answers.gradable < GATE_LIMITS.leastGradable) return worstDefect(answers);
  if (answers.covered >= GATE_LIMITS.mostCovered) return 'field-covered';
  const isElsewhere = answers.macula < GATE_LIMITS.leastMacula && shown !== 'disc';
  return isElsewhere ? 'macula-not-seen' : null;
}
