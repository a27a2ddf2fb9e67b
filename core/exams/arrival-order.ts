import type { ImageVersion } from './image-version.ts';

/** What a store tells of when a version arrived. */
export interface StoredArrival {
  readonly key: string;
  /** Place in the order of all writes to the store; `null` where the store promises none. */
  readonly sequence: number | null;
  readonly lastModified: Date;
}

/** What is needed of a version to order it. */
export type Arrived = Pick<ImageVersion, 'key' | 'versionId' | 'sha256' | 'order'>;

/** S3 tells seconds; two of its servers may disagree by a part of one. */
const RESOLUTION_MILLISECONDS = 1_000;

/**
 * The place of a version in the order of arrival, as records and requests keep it:
 *
 * ```
 * one machine   s#0000000000000042#KEY                 place in the order of all writes to the data folder
 * S3            t#2026-05-01T10:00:00.000Z#00A3F…#KEY  LastModified, and the event's sequencer
 * until 0.2     2026-05-01T10:00:00.000Z#000…00A3F#KEY the same, its sequencer filled up on the left to 32 digits
 * ```
 *
 * @param sequencer of the event that announced the version; '' if there was none
 */
export function arrivalOrder(stored: StoredArrival, sequencer: string): string {
  const { key, sequence, lastModified } = stored;
  if (sequence !== null) return `s#${String(sequence).padStart(16, '0')}#${key}`;
  return `t#${lastModified.toISOString()}#${sequencer.toUpperCase()}#${key}`;
}

interface Parsed {
  /** Of a data folder. */
  readonly sequence: bigint | null;
  /** Milliseconds since 1970. */
  readonly at: number | null;
  readonly sequencer: string;
  /** Whether the sequencer is one of the former form. */
  readonly isFilled: boolean;
}

const FORM = /^(?:s#(?<sequence>\d{16})|(?<present>t#)?(?<instant>\d{4}-[^#]*)#(?<sequencer>[0-9A-Fa-f]*))#/;

function parse(order: string): Parsed {
  const { sequence, present, instant, sequencer = '' } = FORM.exec(order)?.groups ?? {};
  return {
    sequence: sequence === undefined ? null : BigInt(sequence),
    at: instant === undefined ? null : Date.parse(instant),
    sequencer: sequencer.toUpperCase(),
    isFilled: present === undefined,
  };
}

function compare<Value extends string | number | bigint>(a: Value, b: Value): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** A former order of a data folder has its place among all writes as the sequencer. */
function sequenceOf({ sequence, sequencer, isFilled }: Parsed): bigint | null {
  if (sequence !== null) return sequence;
  return isFilled && sequencer !== '' ? BigInt(`0x${sequencer}`) : null;
}

/**
 * S3's rule: the shorter sequencer is filled up with zeros on the right. Of a former order only what was filled up on the
 * left is known, so the other is filled up alike.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
function compareSequencers(a: Parsed, b: Parsed): number {
  if (a.sequencer === '' || b.sequencer === '') return 0;
  const length = Math.max(a.sequencer.length, b.sequencer.length);
  const fill = (text: string): string =>
    a.isFilled || b.isFilled ? text.padStart(length, '0') : text.padEnd(length, '0');
  return compare(fill(a.sequencer), fill(b.sequencer));
}

/** By the order of writes, where the store keeps one. */
function compareSequences(a: Parsed, b: Parsed): number {
  if (a.sequence === null && b.sequence === null) return 0;
  const [first, second] = [sequenceOf(a), sequenceOf(b)];
  return first === null || second === null ? 0 : compare(first, second);
}

function compareInstants(a: Parsed, b: Parsed): number {
  return a.at === null || b.at === null ? 0 : compare(a.at, b.at);
}

/**
 * `true` if an image arrived after something else was stored, by the store's own order or clock; `false` if it cannot be told.
 *
 * @param order of the image
 */
export function arrivedAfter(order: string, stored: StoredArrival): boolean {
  const [image, other] = [parse(order), parse(arrivalOrder(stored, ''))];
  return (compareSequences(image, other) || compareInstants(image, other)) > 0;
}

function compareArrivals(a: Arrived, b: Arrived): number {
  const [first, second] = [parse(a.order), parse(b.order)];
  return (
    compareSequences(first, second) ||
    (a.key === b.key ? compareSequencers(first, second) : 0) ||
    compareInstants(first, second) ||
    (first.at === null || second.at === null ? 0 : compare(a.key, b.key)) ||
    compare(a.order, b.order) ||
    compare(a.versionId ?? '', b.versionId ?? '')
  );
}

/** Versions that the store can put in order: those of one key, apart from its versions without an event. */
function groupOf({ key, order }: Arrived): string {
  const { sequence, sequencer } = parse(order);
  return sequence === null && sequencer === '' ? `${key}#` : key;
}

/** The newest version of each key. */
function newestOfKeys<Image extends Arrived>(images: readonly Image[]): readonly Image[] {
  return [...Map.groupBy(images, groupOf).values()].map((versions) =>
    versions.reduce((most, image) => (compareArrivals(most, image) < 0 ? image : most)),
  );
}

/**
 * The newest of an eye's images. Versions of one key are ordered by the store: only the newest of each key is compared
 * with those of other keys. So the answer depends on which images there are and on nothing else, even where the times of
 * several keys contradict the order within one.
 *
 * @returns `undefined` if there are none
 */
export function newestOf<Image extends Arrived>(images: readonly Image[]): Image | undefined {
  const [first, ...others] = newestOfKeys(images);
  return others.reduce(
    (most, image) => (most !== undefined && compareArrivals(most, image) < 0 ? image : most),
    first,
  );
}

/** Images of an eye from the newest to the oldest. */
export function newestFirst<Image extends Arrived>(images: readonly Image[]): readonly Image[] {
  const left = [...images];
  const ordered: Image[] = [];
  for (let newest = newestOf(left); newest !== undefined; newest = newestOf(left)) {
    ordered.push(newest);
    left.splice(left.indexOf(newest), 1);
  }
  return ordered;
}

/**
 * `true` if it cannot be known which image of an eye is the newest: another content arrived in the same moment, as far as
 * the store can tell moments apart, and it does not order the two, since they lie under different keys.
 */
export function isNewestUncertain(images: readonly Arrived[]): boolean {
  const newest = newestOf(images);
  if (newest === undefined) return false;
  const { sequence, at } = parse(newest.order);
  if (sequence !== null || at === null) return false;
  return newestOfKeys(images).some((other) => {
    if (other.sha256 === newest.sha256) return false;
    const then = parse(other.order).at;
    return then !== null && Math.abs(at - then) <= RESOLUTION_MILLISECONDS;
  });
}
