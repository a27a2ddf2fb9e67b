interface FormatFacts {
  /** As people write it. */
  readonly name: string;
  readonly mediaType: string;
  /** Of files that are stored, the usual one first. */
  readonly extensions: readonly [string, ...string[]];
  /** Other suffixes under which such files come. */
  readonly aliases: readonly string[];
}

/** The formats of images that are screened. Files of any other never reach a decoder. */
export const IMAGE_FORMATS = {
  jpeg: { name: 'JPEG', mediaType: 'image/jpeg', extensions: ['jpg', 'jpeg'], aliases: ['jfif', 'jpe'] },
  png: { name: 'PNG', mediaType: 'image/png', extensions: ['png'], aliases: [] },
  tiff: { name: 'TIFF', mediaType: 'image/tiff', extensions: ['tif', 'tiff'], aliases: [] },
  webp: { name: 'WebP', mediaType: 'image/webp', extensions: ['webp'], aliases: [] },
} as const satisfies Readonly<Record<string, FormatFacts>>;
export type ImageFormat = keyof typeof IMAGE_FORMATS;

const FORMATS = Object.entries(IMAGE_FORMATS) as readonly [ImageFormat, FormatFacts][];

/** The format with a media type, with its facts; `undefined` for any other type. */
export function formatOfMediaType(
  mediaType: string,
): (FormatFacts & { readonly format: ImageFormat }) | undefined {
  const found = FORMATS.find(([, facts]) => facts.mediaType === mediaType);
  return found && { format: found[0], ...found[1] };
}

/** The media type of a stored file by its extension, in any case; `undefined` for any other extension. */
export function mediaTypeOfExtension(extension: string): string | undefined {
  return FORMATS.find(([, { extensions }]) => extensions.includes(extension.toLowerCase()))?.[1].mediaType;
}

/** Suffixes of file names that promise an image, in lower case. */
export const IMAGE_SUFFIXES: ReadonlySet<string> = new Set(
  FORMATS.flatMap(([, { extensions, aliases }]) => [...extensions, ...aliases]),
);

function listed(conjunction: string): string {
  const names = FORMATS.map(([, { name }]) => name);
  return `${names.slice(0, -1).join(', ')} ${conjunction} ${names.at(-1)}`;
}

/** `JPEG, PNG, TIFF or WebP` */
export const ANY_IMAGE_FORMAT = listed('or');
/** `JPEG, PNG, TIFF and WebP` */
export const ALL_IMAGE_FORMATS = listed('and');
