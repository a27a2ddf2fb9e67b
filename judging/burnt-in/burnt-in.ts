/** What was seen of text that a camera or an export burnt into a picture's pixels. */
export interface BurntIn {
  /**
   * Of what lies outside of the field of view: `plain` if there was nothing but surround, `blackened` if something was,
   * `unknown` where no field was found; then nothing is altered.
   */
  readonly outside: 'plain' | 'blackened' | 'unknown';
  /**
   * `text-in-field`: marks like a caption lie inside of the field and are still there. `burnt-in-text-possible`: no
   * field was found, and such marks lie somewhere in the picture, which was not altered.
   */
  readonly flags: readonly BurntInFlag[];
}

export const BURNT_IN_FLAGS = ['text-in-field', 'burnt-in-text-possible'] as const;
export type BurntInFlag = (typeof BURNT_IN_FLAGS)[number];
