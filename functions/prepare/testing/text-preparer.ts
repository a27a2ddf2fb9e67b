import { createHash } from 'node:crypto';
import { UNGRADABLE_REASONS, type UngradableReason } from '../../../core/exams/quality.ts';
import { ImageError } from '../../../decoding/index.ts';
import type { TimedImage } from '../../../judging/index.ts';
import type { Preparer } from '../prepare-content.ts';

/** Side of the squares of `textPreparer`, in pixels. */
export const TEXT_SIDE = 2;

/** @returns the reason that a text begins with, as `too-dark: the left eye` */
function reasonIn(text: string): UngradableReason | undefined {
  return UNGRADABLE_REASONS.find((reason) => text.startsWith(`${reason}:`));
}

/**
 * Prepares texts in place of photographs, for tests of what happens around the decoder: a text that begins with a reason is
 * ungradable for it, any other is gradable, and `shows the disc` where it says so. No two texts give the same pixels or sharpness.
 */
export const textPreparer: Preparer = {
  async prepare(bytes): Promise<TimedImage> {
    const text = Buffer.from(bytes).toString();
    const hash = createHash('sha256').update(bytes).digest();
    const measurements = { sharpness: 1 + hash.readUInt8(31) };
    const reason = reasonIn(text);
    if (reason !== undefined) {
      const refusal = new ImageError(reason as ImageError['reason'], `It is ${reason}.`);
      const quality = { gradable: false, reason, measurements } as const;
      return {
        pixels: null,
        width: null,
        height: null,
        quality,
        field: null,
        turned: null,
        milliseconds: 1,
        refusal,
      };
    }
    const pixels = Uint8Array.from(hash.subarray(0, TEXT_SIDE * TEXT_SIDE * 3));
    const quality = { gradable: true, reason: null, measurements } as const;
    const field = text.includes('shows the disc') ? ('disc' as const) : null;
    return { pixels, width: 300, height: 200, quality, field, turned: null, milliseconds: 1, refusal: null };
  },
  detect: async () => null,
  async render(bytes) {
    const text = Buffer.from(bytes).toString();
    const reason = reasonIn(text);
    if (reason === 'unreadable-file' || reason === 'truncated-file')
      return { pictures: null, refusal: new ImageError(reason, `It is ${reason}.`) };
    const flags = text.includes('NAME') ? (['text-in-field'] as const) : [];
    const pictures = {
      ...{ rendition: Buffer.from(`picture of ${text}`), thumbnail: Buffer.from(`small picture of ${text}`) },
      ...{ width: 300, height: 200, processorMilliseconds: 1 },
      burntIn: { outside: 'plain' as const, flags },
    };
    return { pictures, refusal: null };
  },
};
