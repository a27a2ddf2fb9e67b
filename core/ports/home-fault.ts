/** A fault of a home's own services, of which a caller of the API may be told more than that something failed. */
export interface HomeFault extends Error {
  /** What failed and what is lacking; names no resource, no key and no patient. */
  readonly publicReason: string;
  /** Whether it passes by itself: the caller asks again in a while. */
  readonly isPassing: boolean;
}

export function isHomeFault(error: Error): error is HomeFault {
  return 'publicReason' in error && typeof error.publicReason === 'string' && 'isPassing' in error;
}
