export { PREPROCESSING, type Preprocessing, preprocessingSchema } from './contract.ts';
export { ImageError } from './image-error.ts';
export { configureDecoder, LARGEST_IMAGE_PIXELS, type OpenedImage, openImage } from './open-image.ts';
export { type PreparedPixels, preprocessImage, squash } from './preprocess-image.ts';
