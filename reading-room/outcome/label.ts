import type { useTranslations } from 'use-intl';
import { en } from '../language/en.ts';

type Translate = ReturnType<typeof useTranslations<never>>;

function isKnown(label: string): label is keyof typeof en.label {
  return Object.hasOwn(en.label, label);
}

/** The word for a label within a sentence: `diabetic retinopathy`. */
export function labelInSentence(label: string, t: Translate): string {
  return isKnown(label) ? t(`label.${label}`).toLowerCase() : label;
}

/** The word for a label; a head of the programme's own may have labels without one. */
export function labelText(label: string, t: Translate): string {
  return isKnown(label) ? t(`label.${label}`) : label;
}
