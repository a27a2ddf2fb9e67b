export { checkFile } from './check-file.ts';
export { type DecodedImage, Decoders, type DecodersOptions } from './decoders.ts';
export { DecodersClosedError, DecodingError, ImageError, type ImageReason, type Measured } from './errors.ts';
export type { ImageHeader } from './header/image-header.ts';
export { imageKind, readHeader } from './header/read-header.ts';
export { LARGEST_IMAGE_PIXELS } from './limits.ts';
export type { Finish } from './process/decoding-messages.ts';
