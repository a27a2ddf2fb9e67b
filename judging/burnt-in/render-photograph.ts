import type { Decoders, RenderedPhotograph, RenditionKind } from '../../decoding/index.ts';
import type { BurntIn } from './burnt-in.ts';

/** What hides burnt-in text, for `Decoders`: it runs in their children, where the pixels are. */
export const BURNT_IN_TEXT = new URL('./hide-burnt-in-text.ts', import.meta.url);

/** What readers see of a photograph, and what was seen of burnt-in text. */
export type ReadablePhotograph<Kind extends RenditionKind = RenditionKind> = Omit<
  RenderedPhotograph<Kind>,
  'seen'
> & { readonly burntIn: BurntIn };

/**
 * Makes what readers see of a photograph, without what was burnt in around its field of view.
 *
 * @param decoders opened with `retouch: BURNT_IN_TEXT`
 * @throws ImageError with the one reason for which the file gives no pixels
 * @throws TypeError if the decoders have no such retouch: text would be shown
 * @example
 * const decoders = new Decoders({ processes: 2, finish: QUALITY_GATE, retouch: BURNT_IN_TEXT });
 * const { rendition, thumbnail, burntIn } = await renderPhotograph(decoders, file, [
 *   { kind: 'rendition' },
 *   { kind: 'thumbnail' },
 * ]);
 */
export async function renderPhotograph<Kind extends RenditionKind>(
  decoders: Decoders,
  bytes: Uint8Array,
  wishes: readonly { readonly kind: Kind }[],
): Promise<ReadablePhotograph<Kind>> {
  const { seen, ...rendered } = await decoders.render(bytes, wishes);
  if (seen === null)
    throw new TypeError('Expected decoders that were opened with the retouch BURNT_IN_TEXT.');
  return { ...rendered, burntIn: seen as BurntIn };
}
