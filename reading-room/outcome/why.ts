import type { useTranslations } from 'use-intl';
import type { Schemas } from '../api/client.ts';
import { figures } from './figures.ts';
import { labelInSentence, labelText } from './label.ts';

type Translate = ReturnType<typeof useTranslations<never>>;
type Result = Pick<Schemas['Result'], 'outcome' | 'reasons'>;

const REFERRALS: readonly string[] = ['refer', 'refer-urgent'];

function reasonSentence(
  reason: Result['reasons'][number],
  onlyEye: 'left' | 'right' | null,
  t: Translate,
): string {
  switch (reason.because) {
    case 'finding': {
      const [probability, threshold] = figures(reason.probability, reason.threshold);
      const told = { label: labelInSentence(reason.label, t), probability, threshold };
      if (!REFERRALS.includes(reason.outcome))
        return t('why.findingOther', { ...told, label: labelText(reason.label, t) });
      if (reason.level !== 'patient') return t('why.finding', { ...told, eye: eyeText(reason.level, t) });
      return onlyEye === null
        ? t('why.findingTogether', told)
        : t('why.findingAlone', { ...told, eye: eyeText(onlyEye, t) });
    }
    case 'ungradable-eye':
      return t('why.ungradable-eye', {
        eye: eyeText(reason.eye, t),
        reason: t(`reason.${reason.reason}`),
      });
    case 'identity-doubt':
      return t('why.identity-doubt');
    default:
      return t(`why.${reason.because}`, { eye: eyeText(reason.eye, t) });
  }
}

/** An eye within a sentence: "right eye". */
function eyeText(eye: 'left' | 'right', t: Translate): string {
  return t(`eye.${eye}`).toLowerCase();
}

/** The eye that alone has photographs; `null` where both have, or none. */
export function onlyEyeOf(eyes: {
  readonly left: unknown;
  readonly right: unknown;
}): 'left' | 'right' | null {
  if ((eyes.left === null) === (eyes.right === null)) return null;
  return eyes.left === null ? 'right' : 'left';
}

/**
 * One sentence that says why the machine's outcome is what it is.
 *
 * @param onlyEye the eye that alone has photographs: then nothing is said of both
 */
export function whySentence(
  { outcome, reasons }: Result,
  onlyEye: 'left' | 'right' | null,
  t: Translate,
): string {
  const deciding = reasons.find((reason) => reason.outcome === outcome);
  return deciding === undefined ? t('why.nothing') : reasonSentence(deciding, onlyEye, t);
}
