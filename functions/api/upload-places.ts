import type { z } from '@hono/zod-openapi';
import type { ExamImage } from '../../core/exams/exam-image.ts';
import type { ExamKey } from '../../core/exams/exam-key.ts';
import type { ExamRecord } from '../../core/exams/exam-record.ts';
import { imageName } from '../../core/exams/image-name.ts';
import { imageKey, placeOfKey } from '../../core/keys/image-key.ts';
import { IMAGE_METADATA } from '../../core/keys/image-metadata.ts';
import type { ObjectStore, StoredObject } from '../../core/ports/index.ts';
import type { PseudonymHash } from '../../core/pseudonyms/pseudonym-hash.ts';
import type { uploadIntentSchema } from './schemas.ts';

export type UploadIntent = z.infer<typeof uploadIntentSchema>;

/** Where a photograph that is to be uploaded belongs. */
export interface UploadPlace {
  readonly key: string;
  /** What lies there, or is the exam's, of the same bytes and field; `undefined` if it is to be sent. */
  readonly stored: StoredObject | undefined;
  /** What the store is to know of the sender's file by; `undefined` if the sender did not say. */
  readonly source: string | undefined;
  /** Whether a photograph of other bytes counts there now, which this one takes the place of. */
  readonly replaces: boolean;
}

/** An eye may have twelve images, and so many places may be taken by those that are on their way. */
const MOST_PLACES = 40;

/** The places that follow: '' → '2', '3', …; `disc` → `disc-2`, … */
function* placesFrom(place: string): Generator<string> {
  yield place;
  const [, base = '', number = ''] = /^(.*?)(?:(?<=^|-)(\d+))?$/.exec(place) ?? [];
  const first = number === '' ? 1 : Number(number);
  for (let next = first + 1; next < first + MOST_PLACES; next += 1) {
    if (base === '' || base.endsWith('-')) yield `${base}${next}`;
    else yield `${base}-${next}`;
  }
}

/** Whether the sender says another field now. To say none takes nothing back. */
function namesOtherField({ field }: UploadIntent, { metadata }: StoredObject): boolean {
  return field !== undefined && field !== metadata[IMAGE_METADATA.field]?.trim().toLowerCase();
}

/**
 * Gives the photographs of one eye their places among those that it has: bytes that it has are there already, wherever they
 * lie, unless their sender names another field now: then they are sent again to where they lie; a file of the same name takes the place of the photograph that was sent under that name; any other gets a place that
 * no photograph of another name has. What was sent without its file's name gives way to what asks for its place.
 *
 * @param intents of one eye of one exam
 */
export class UploadPlaces {
  readonly #store: Pick<ObjectStore, 'head'>;
  readonly #hash: PseudonymHash;
  readonly #exam: ExamKey;
  readonly #record: ExamRecord | undefined;
  readonly #current: readonly ExamImage[];
  /** Names that photographs of this request have. */
  readonly #given = new Set<string>();

  constructor(
    parts: { readonly store: Pick<ObjectStore, 'head'>; readonly hash: PseudonymHash },
    exam: ExamKey,
    laterality: UploadIntent['laterality'],
    record: ExamRecord | undefined,
  ) {
    this.#store = parts.store;
    this.#hash = parts.hash;
    this.#exam = exam;
    this.#record = record;
    const images = record?.images ?? [];
    this.#current = images.filter((image) => image.state === 'current' && image.laterality === laterality);
  }

  /** @returns in the order of the photographs */
  async of(intents: readonly UploadIntent[]): Promise<UploadPlace[]> {
    const places = new Map<UploadIntent, UploadPlace>();
    // Bytes that are there keep their places; only then is it known which places are left.
    for (const intent of intents) {
      const stored = await this.#sameBytes(intent);
      if (stored === undefined) continue;
      const isNamedAnew = namesOtherField(intent, stored);
      places.set(intent, await this.#place(intent, stored.key, isNamedAnew ? undefined : stored, false));
    }
    for (const intent of intents) {
      if (!places.has(intent)) places.set(intent, await this.#find(intent));
    }
    return intents.flatMap((intent) => places.get(intent) ?? []);
  }

  #keyOf({ laterality, extension }: UploadIntent, place: string | undefined): string {
    return imageKey(this.#exam, laterality, extension, place);
  }

  async #place(intent: UploadIntent, key: string, stored: StoredObject | undefined, replaces: boolean) {
    this.#given.add(imageName(key));
    const { source } = intent;
    return { key, stored, source: source && (await this.#hash.ofPlainHash(source)), replaces };
  }

  async #sameBytes(intent: UploadIntent): Promise<StoredObject | undefined> {
    const asked = await this.#store.head(this.#keyOf(intent, intent.place));
    if (asked?.sha256 === intent.sha256) return asked;
    // Without the file's name it takes the place that it asks for, except where that would leave its former field standing.
    if (intent.source === undefined && (asked !== undefined || intent.field === undefined)) return undefined;
    const known = this.#current.find(({ sha256 }) => sha256 === intent.sha256);
    if (known === undefined) return undefined;
    const { key, versionId, sha256, bytes } = known;
    const stored = await this.#store.head(key, versionId ?? undefined);
    // A content that is gone is sent again to where it was.
    const lost = { key, versionId, sha256, bytes, contentType: '', metadata: {}, sequence: null };
    return stored ?? { ...lost, lastModified: new Date(0) };
  }

  async #find(intent: UploadIntent): Promise<UploadPlace> {
    const asked = this.#keyOf(intent, intent.place);
    if (intent.source === undefined) return this.#place(intent, asked, undefined, this.#counts(asked));
    const source = await this.#hash.ofPlainHash(intent.source);
    for (const image of this.#current) {
      if (this.#given.has(imageName(image.key)) || (await this.#sourceOf(image)) !== source) continue;
      return this.#place(intent, this.#keyOf(intent, placeOfKey(image.key)), undefined, true);
    }
    for (const place of placesFrom(intent.place ?? '')) {
      const key = this.#keyOf(intent, place);
      if (this.#given.has(imageName(key))) continue;
      const there = await this.#sourceAt(key);
      if (there === null || there === undefined || there === source)
        return this.#place(intent, key, undefined, there !== null);
    }
    return this.#place(intent, asked, undefined, this.#counts(asked));
  }

  #counts(key: string): boolean {
    return this.#current.some((image) => imageName(image.key) === imageName(key));
  }

  async #sourceOf({ key, versionId }: ExamImage): Promise<string | undefined> {
    return (await this.#store.head(key, versionId ?? undefined))?.metadata[IMAGE_METADATA.source];
  }

  /** @returns `null` if no photograph has the place, `undefined` if it is not known under which name it was sent */
  async #sourceAt(key: string): Promise<string | undefined | null> {
    const image = this.#current.find((one) => imageName(one.key) === imageName(key));
    if (image !== undefined) return this.#sourceOf(image);
    const stored = await this.#store.head(key);
    const isKnown = this.#record?.images.some(
      (one) => one.key === key && one.versionId === stored?.versionId,
    );
    // What the record knows counts no longer; what it does not know is on its way.
    return stored === undefined || isKnown === true ? null : stored.metadata[IMAGE_METADATA.source];
  }
}
