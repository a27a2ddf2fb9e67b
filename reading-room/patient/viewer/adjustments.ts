/** How photographs are shown: never how they are stored. */
export interface Adjustments {
  readonly isRedFree: boolean;
  readonly isInverted: boolean;
  /** 1: as it is. */
  readonly contrast: number;
  readonly brightness: number;
}

export const UNADJUSTED: Adjustments = { isRedFree: false, isInverted: false, contrast: 1, brightness: 1 };

export const RANGE = { least: 0.5, most: 2, step: 0.1 } as const;

/** @example stepped(1, 1) // 1.1 */
export function stepped(value: number, steps: number): number {
  const next = Math.round((value + steps * RANGE.step) * 10) / 10;
  return Math.min(RANGE.most, Math.max(RANGE.least, next));
}

/** As a CSS filter; the order is that of a reader: colour first, then light. */
export function filterOf({ isRedFree, isInverted, contrast, brightness }: Adjustments): string {
  const parts = [
    isRedFree ? 'url(#red-free)' : '',
    isInverted ? 'invert(1)' : '',
    contrast === 1 ? '' : `contrast(${contrast})`,
    brightness === 1 ? '' : `brightness(${brightness})`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'none' : parts.join(' ');
}
