/**
 * Files that are made to harm their reader: small, and costly in memory or time. Drawn by our own code from the
 * formats' specifications, for tests of limits.
 */
export { type JpegBomb, jpegBomb } from './jpeg-bomb.ts';
export { emptyPng, type PngBomb, pngBomb } from './png-bomb.ts';
export { type TiffBomb, tiffBomb } from './tiff-bomb.ts';
export { webpAnimation, webpBomb } from './webp-bomb.ts';
