/** What thresholds are chosen for. Shares are above 0 and below 1. */
export type PolicyAim =
  /** At most these shares of the patients with disease end as `recall`; as many of the others as possible do. */
  | {
      readonly kind: 'miss';
      /** Of all who are to be referred. */
      readonly any: number;
      /** Of those with a disease, by its name. */
      readonly diseases: ReadonlyMap<string, number>;
    }
  /** At most this share of those without disease is referred; as many of the others as possible are. */
  | { readonly kind: 'referred'; readonly healthy: number }
  /** The share of the healthy who end as `recall` exceeds that of the sick by as much as possible (Youden 1950). */
  | { readonly kind: 'youden' };

const percent = (share: number): string => `${Number((100 * share).toFixed(2))} %`;

/**
 * An aim in words.
 *
 * @example aimText({ kind: 'referred', healthy: 0.1 }) // 'at most 10 % of the healthy are referred'
 */
export function aimText(aim: PolicyAim): string {
  switch (aim.kind) {
    case 'miss': {
      const own = [...aim.diseases].map(([disease, limit]) => `${disease} ${percent(limit)}`);
      const besides = own.length === 0 ? '' : `; of each by itself: ${own.join(', ')}`;
      return `at most ${percent(aim.any)} of those with any disease end as recall${besides}`;
    }
    case 'referred':
      return `at most ${percent(aim.healthy)} of the healthy are referred`;
    case 'youden':
      return 'the share of the healthy who end as recall exceeds that of the sick by as much as possible';
  }
}
