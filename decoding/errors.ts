import type { UngradableReason } from '../core/exams/quality.ts';

/** Base of every error that this folder throws. */
export class DecodingError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The decoders were closed while an image waited for one. */
export class DecodersClosedError extends DecodingError {
  constructor() {
    super('The decoders are closed. Open new ones to decode further images.');
  }
}

/** Why a file gives no pixels: one reason for each bound. */
export type ImageReason = Extract<
  UngradableReason,
  | 'unreadable-file'
  | 'truncated-file'
  | 'image-too-large'
  | 'too-many-scans'
  | 'too-many-frames'
  | 'metadata-too-large'
  | 'too-much-memory'
  | 'too-slow-to-decode'
  | 'decoder-crashed'
>;

/** Figures that a refusal rests on, such as `{ scans: 20001, mostScans: 100 }`. */
export type Measured = Readonly<Record<string, number>>;

/** A photograph cannot become pixels. `reason` says why, from the closed list. */
export class ImageError extends DecodingError {
  readonly reason: ImageReason;
  readonly measured: Measured;

  constructor(reason: ImageReason, detail: string, options: ErrorOptions & { measured?: Measured } = {}) {
    super(detail, options);
    this.reason = reason;
    this.measured = options.measured ?? {};
  }
}
