import type { UngradableReason } from '../../core/exams/quality.ts';
import { ModelError } from '../errors.ts';

/** A photograph cannot become a network's input. `reason` says why, from the closed list. */
export class ImageError extends ModelError {
  readonly reason: Extract<UngradableReason, 'unreadable-file' | 'truncated-file' | 'image-too-large'>;

  constructor(reason: ImageError['reason'], detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.reason = reason;
  }
}
