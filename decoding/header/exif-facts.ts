import type { ImageFormat } from '../../core/exams/image-formats.ts';
import { exifBlock } from './exif-block.ts';
import { type Directory, readDirectory, startOf, TiffReader } from './tiff-directory.ts';

/** What a camera writes of a photograph, apart from names and numbers of people. */
export interface ExifFacts {
  /** ISO day. */
  readonly takenOn?: string;
  /** Make and model: `Canon CR-2`. At most 60 characters; never a serial number. */
  readonly device?: string;
}

/** Tags of TIFF 6.0 and Exif 3.0. Owners, artists, serial numbers and places are not among them. */
const TAGS = { make: 271, model: 272, exif: 34_665, taken: 36_867, digitized: 36_868 } as const;
const LONGEST_TEXT = 256;
const LONGEST_DEVICE = 60;
/** A camera whose clock was never set says 1970, 1980 or 2000. */
const LAST_UNSET_YEAR = 2_000;
const DATE = /^(\d{4})[:-](\d{2})[:-](\d{2})(?:[ T]|$)/;
/** Some cameras write their serial number behind their model. */
const SERIAL = /[\s,;([]*(?:\bs\/?n\b|\bsn[:.]?\d|\bserial|#).*$/i;

function textOf(reader: TiffReader, { places }: Directory, tag: number): string {
  const place = places.get(tag);
  return place === undefined ? '' : reader.text(place.at, Math.min(place.bytes, LONGEST_TEXT));
}

/** The ISO day of Exif's `2026:11:20 10:15:23`; `null` if there is no such day, or the clock was not set. */
function dayOf(text: string): string | null {
  const [, year, month, day] = DATE.exec(text.trim()) ?? [];
  const iso = `${year}-${month}-${day}`;
  const date = new Date(`${iso}T00:00:00Z`);
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== iso) return null;
  return Number(year) <= LAST_UNSET_YEAR ? null : iso;
}

/** Printable ASCII, without what may be a serial number. */
function plain(text: string): string {
  const printable = text.replaceAll(/[^\x20-\x7e]+/g, ' ').replaceAll(/[<>"'`\\{}|^~]/g, '');
  return printable.replace(SERIAL, '').replaceAll(/\s+/g, ' ').trim();
}

function deviceOf(make: string, model: string): string {
  const [maker, type] = [plain(make), plain(model)];
  const isTwice = type.toLowerCase().startsWith(maker.toLowerCase());
  return (isTwice ? type : `${maker} ${type}`).slice(0, LONGEST_DEVICE).trim();
}

/**
 * Reads when and by which device a photograph was taken, without a decoder: Exif's DateTimeOriginal, else
 * DateTimeDigitized; Make and Model. The time of a file's last change (DateTime) says nothing of the patient's visit.
 * It reads two directories and four values, whatever the bytes claim, and never throws.
 *
 * @param bytes the file, or its head
 * @example exifFacts(await readFile('left.jpg'), 'jpeg') // { takenOn: '2026-11-20', device: 'Canon CR-2' }
 */
export function exifFacts(bytes: Uint8Array, format: ImageFormat): ExifFacts {
  const block = exifBlock(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), format);
  if (block === null) return {};
  const reader = new TiffReader(block);
  const image = readDirectory(reader, startOf(reader));
  if (image === null) return {};
  const exif = readDirectory(reader, image.first.get(TAGS.exif) ?? 0);
  const takenOn =
    exif && (dayOf(textOf(reader, exif, TAGS.taken)) ?? dayOf(textOf(reader, exif, TAGS.digitized)));
  const device = deviceOf(textOf(reader, image, TAGS.make), textOf(reader, image, TAGS.model));
  return { ...(takenOn === null ? {} : { takenOn }), ...(device === '' ? {} : { device }) };
}
