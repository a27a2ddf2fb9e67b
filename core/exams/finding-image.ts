import type { EyeResult } from './exam-result.ts';
import type { FindingLevel } from './finding.ts';

type Eyes = Readonly<Record<'left' | 'right', Pick<EyeResult, 'image'> | null>>;

/** The image that a finding of this level is about; `null` at patient level. */
export function imageOfLevel(level: FindingLevel, eyes: Eyes): string | null {
  return level === 'patient' ? null : (eyes[level]?.image.key ?? null);
}

/** Findings with the images that they are about: those that name none are about the primary one. */
export function withImages<One extends { readonly level: FindingLevel; readonly image?: string }>(
  findings: readonly One[],
  eyes: Eyes,
): (Omit<One, 'image'> & { image: string | null })[] {
  return findings.map((finding) => ({
    ...finding,
    image: finding.image ?? imageOfLevel(finding.level, eyes),
  }));
}
