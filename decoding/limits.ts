/** More than any fundus camera takes; a picture that claims more is a decompression bomb. */
export const LARGEST_IMAGE_PIXELS = 150_000_000;

/**
 * Scans of a JPEG. Encoders write 1 to about 12; libjpeg-turbo's own tools propose a limit of 100 to programs that read
 * strangers' files (its report "Two issues with the JPEG standard").
 */
export const MOST_SCANS = 100;

/** Pictures of one file: only the first is read, but decoders walk through all. */
export const MOST_FRAMES = 64;

/** Colour profiles, Exif, XMP and texts, unpacked. The largest profiles have 4 MiB, previews of telephones 8. */
export const MOST_METADATA_BYTES = 16 * 2 ** 20;

/** Processor time that every image may take, and how many times longer than estimated. */
export const LEAST_PROCESSOR_MILLISECONDS = 10_000;
export const PROCESSOR_TIMES_ESTIMATE = 10;

/** Memory that decoders may need together, unless told: enough for one progressive JPEG of 100 megapixels. */
export const DECODING_MEMORY_BYTES = 2 ** 30;
