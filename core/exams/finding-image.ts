import type { EyeResult } from './exam-result.ts';
import type { FindingLevel } from './finding.ts';

type Eyes = Readonly<Record<'left' | 'right', Pick<EyeResult, 'image'> | null>>;

/** The image that a finding of this level is about; `null` at patient level. */
export function imageOfLevel(level: FindingLevel, eyes: Eyes): string | null {
  return level === 'patient' ? null : (eyes[level]?.image.key ?? null);
}

/** Findings with the images that they are about. */
export function withImages<One extends { readonly level: FindingLevel }>(
  findings: readonly One[],
  eyes: Eyes,
): (One & { readonly image: string | null })[] {
  return findings.map((finding) => ({ ...finding, image: imageOfLevel(finding.level, eyes) }));
}
