/** How one kind of picture for eyes is made. */
export interface RenditionRule {
  /** Its longer side at most, in pixels. A smaller photograph keeps its size. */
  readonly longestSide: number;
  /** Of the JPEG, 1 to 100. */
  readonly quality: number;
  /** `4:4:4` keeps the colour of each pixel: small red lesions are colour on colour. */
  readonly chromaSubsampling: '4:4:4' | '4:2:0';
}

/** What readers see of a photograph: `rendition` to read, `thumbnail` in lists. */
export const RENDITIONS = {
  rendition: { longestSide: 2_048, quality: 90, chromaSubsampling: '4:4:4' },
  thumbnail: { longestSide: 256, quality: 80, chromaSubsampling: '4:2:0' },
} as const satisfies Readonly<Record<string, RenditionRule>>;

export type RenditionKind = keyof typeof RENDITIONS;

/** The largest of them: every kind is made of a picture of at most this size. */
export const LARGEST_RENDITION = Math.max(...Object.values(RENDITIONS).map((rule) => rule.longestSide));

/**
 * What rendering holds beside decoding, in bytes: three copies of the largest rendition's pixels, two planes of it where
 * it is retouched, and the coefficients of its JPEG (16 bits each).
 */
export const RENDERING_BYTES = LARGEST_RENDITION ** 2 * (3 * 3 + 2 * 4 + 3 * 2);
