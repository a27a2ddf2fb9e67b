import sharp from 'sharp';
import type { RgbPicture } from './render-eye.ts';

/**
 * Encodes a picture as a camera does: baseline JPEG with halved colour resolution.
 *
 * @param quality 1 to 100
 * @example await encodeJpeg(await renderEye(plan, traits, 512), traits.camera.jpegQuality)
 */
export function encodeJpeg(picture: RgbPicture, quality: number): Promise<Buffer> {
  const { data, width, height } = picture;
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality, chromaSubsampling: '4:2:0' })
    .toBuffer();
}
