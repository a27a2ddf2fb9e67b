import type { Sharp } from 'sharp';

/** What a camera or a thief may leave in a file; none of it may reach a reader. */
export const PLANTED = [
  'PATIENT-MILLER',
  'GPS-PLACE',
  'XMP-OWNER',
  'COMMENT-SERIAL',
  'BEHIND-THE-END',
  'PROFILE-NAME',
] as const;

const [name, place, owner, comment, behind, profile] = PLANTED;

/** A segment of a JPEG. */
function segment(marker: number, content: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
}

/**
 * The picture as a JPEG with Exif (a patient, a place, GPS), XMP, a comment, an Adobe block, and bytes behind its end.
 */
export async function jpegWithMetadata(image: Sharp): Promise<Buffer> {
  const xmp = `<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/"><o>${owner}</o></x:xmpmeta><?xpacket end="w"?>`;
  const file = await image
    .withExif({
      IFD0: { Artist: name, Copyright: name, ImageDescription: name },
      IFD2: { UserComment: place },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 31/1 0/1', GPSAreaInformation: place },
    })
    .withXmp(xmp)
    .withIccProfile('p3')
    .jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
    .toBuffer();
  return Buffer.concat([
    file.subarray(0, 2),
    segment(0xfe, Buffer.from(comment)),
    segment(0xed, Buffer.from(`Photoshop 3.0\0${profile}`)),
    file.subarray(2),
    Buffer.from(behind),
  ]);
}

/** The picture as a PNG with texts, Exif and bytes behind its end. */
export async function pngWithMetadata(image: Sharp): Promise<Buffer> {
  const file = await image
    .withExif({ IFD0: { Artist: name, ImageDescription: place } })
    .withXmp(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><o>${owner}</o></x:xmpmeta>`)
    .png()
    .toBuffer();
  return Buffer.concat([file, Buffer.from(behind)]);
}

/** The picture as a JPEG whose colour profile is none. */
export async function jpegWithBrokenProfile(image: Sharp): Promise<Buffer> {
  const file = await image.jpeg({ quality: 98, chromaSubsampling: '4:4:4' }).toBuffer();
  const content = Buffer.concat([Buffer.from('ICC_PROFILE\0\x01\x01', 'latin1'), Buffer.alloc(600, profile)]);
  return Buffer.concat([file.subarray(0, 2), segment(0xe2, content), file.subarray(2)]);
}

/** Whether the file says any of {@link PLANTED}, in Latin-1 or UTF-16. */
export function toldBy(file: Uint8Array): readonly string[] {
  const bytes = Buffer.from(file);
  return PLANTED.filter(
    (word) => bytes.includes(word) || bytes.includes(Buffer.from(word, 'utf16le')) || bytes.includes('GPS'),
  );
}
