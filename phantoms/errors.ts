/** Base of every error that this folder throws. The message says what was expected and what came instead. */
export class PhantomError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** An argument is outside of what can be generated: a size, an index, a rate or a kind. */
export class PhantomArgumentError extends PhantomError {}

/** The cohort's folder cannot be written: it holds another cohort already, or the disk refuses. */
export class CohortFolderError extends PhantomError {}

/** Smallest and largest width of a picture in pixels. */
export const SIZE_RANGE = { smallest: 64, largest: 4096 } as const;

/** @throws PhantomArgumentError if `size` is no whole number of pixels within SIZE_RANGE */
export function checkSize(size: number): void {
  if (!Number.isInteger(size) || size < SIZE_RANGE.smallest || size > SIZE_RANGE.largest) {
    throw new PhantomArgumentError(
      `Expected size to be a whole number of pixels from ${SIZE_RANGE.smallest} to ${SIZE_RANGE.largest} but received ${size}.`,
    );
  }
}
