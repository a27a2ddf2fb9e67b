import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { subjectOfMessage } from '../../core/dead-letters/message-subject.ts';
import { screenedEvent } from '../../core/events/screened-event.ts';
import { examName } from '../../core/exams/exam-key.ts';
import { examRecordOf } from '../../core/exams/read-record.ts';
import { IMAGE_PREFIX, parseImageKey } from '../../core/keys/image-key.ts';
import { KEPT_RECORDS_PREFIX } from '../../core/records/kept-record.ts';
import { dataFolder } from '../data-folder.ts';
import { lockDataFolder } from '../data-folder-lock.ts';
import { DataFolderError } from '../errors.ts';
import { filePosition } from '../events/position.ts';
import { type LocalHome, openOnFolder } from '../home.ts';
import { JournalSegments } from '../journal/journal-segments.ts';
import type { JournaledVersion } from '../journal/version-line.ts';
import { objectCreatedEvent } from '../objects/object-created-event.ts';
import { keepPrivate, PRIVATE_FOLDER } from '../private-files.ts';
import { indexFromJournal } from './index-from-journal.ts';
import { replaceDatabase } from './set-aside.ts';

/** What was made again from a store, and what could not be. */
export interface Rebuilt {
  /** Versions of objects, and delete markers. */
  readonly versions: number;
  readonly deleteMarkers: number;
  /** Objects that are there now, by the first part of their keys: `images`, `programs`, `job-records`, … */
  readonly objects: Readonly<Record<string, number>>;
  /** Photographs that were announced to preparation, in all versions, and the exams that they are of. */
  readonly announced: number;
  readonly exams: number;
  /** Exams of which people had said something, with their verdicts and withdrawn images. */
  readonly keptExams: number;
  readonly verdicts: number;
  readonly withdrawals: number;
  /** Keys of versions whose content is missing or cut. Uploading the same photograph again puts it right. */
  readonly missing: readonly string[];
  /** Contents that nothing names; they stay. */
  readonly unnamed: number;
  /** Lines of the journal that cannot be read, and records of people's work. */
  readonly unreadable: number;
  /** Under which name the database of before lies in the data folder; `null` if there was none. */
  readonly formerDatabase: string | null;
}

const MESSAGES_AT_ONCE = 100;

/** Sends preparation what it was sent when each photograph came, in the order in which they came. */
async function announce(home: LocalHome, versions: readonly JournaledVersion[]): Promise<number> {
  const photographs = versions.filter(({ key, sha256 }) => key.startsWith(IMAGE_PREFIX) && sha256 !== null);
  for (let start = 0; start < photographs.length; start += MESSAGES_AT_ONCE) {
    const messages = photographs.slice(start, start + MESSAGES_AT_ONCE).map((version) => {
      const { lastModified, sha256, ...facts } = version;
      const object = { ...facts, sha256: sha256 ?? '', lastModified: new Date(lastModified) };
      const body = objectCreatedEvent({ object, sequence: facts.sequence }, 'local');
      return { body, group: subjectOfMessage(body).program ?? undefined };
    });
    await home.queues.preparation.queue.send(messages);
  }
  return photographs.length;
}

/** Puts back the records that hold what people have said, with the answers that they had then. */
async function restoreKeptRecords(home: LocalHome) {
  const found = { keptExams: 0, verdicts: 0, withdrawals: 0, unreadable: 0 };
  let cursor: string | undefined;
  do {
    const page = await home.objects.list(KEPT_RECORDS_PREFIX, { limit: 100, cursor });
    for (const { key } of page.items) {
      const read = await home.objects.get(key).catch(() => undefined);
      const record = read && examRecordOf(parsed(Buffer.from(read.content).toString()));
      if (!record) {
        found.unreadable += 1;
        continue;
      }
      await home.exams.restore(record);
      if (record.result !== null) await home.events.publish([screenedEvent(record, record.result)]);
      found.keptExams += 1;
      found.verdicts += record.reviews?.length ?? 0;
      found.withdrawals += record.images.filter(({ withdrawal }) => withdrawal !== undefined).length;
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Versions in the order of writes, as the journal tells them. */
function* versionsOf(segments: JournalSegments): Generator<JournaledVersion> {
  for (const segment of segments.all()) yield* segments.read(segment).versions;
}

function examOf(key: string): string[] {
  try {
    return [examName(parseImageKey(key).exam)];
  } catch {
    return [];
  }
}

/** Keys of versions whose content is not there as long as it was. Contents are not read: see `retclip backup`. */
async function missingContents(home: LocalHome, versions: readonly JournaledVersion[]): Promise<string[]> {
  const missing = new Set<string>();
  for (const { key, sha256, bytes } of versions) {
    if (sha256 !== null && !(await home.objects.isThere(sha256, bytes))) missing.add(key);
  }
  return [...missing];
}

/** Objects that are there now, by the first part of their keys. */
function objectsByKind(versions: readonly JournaledVersion[]): Record<string, number> {
  const latest = new Map(versions.map(({ key, sha256 }) => [key, sha256]));
  const counts: Record<string, number> = {};
  for (const [key, sha256] of latest) {
    const [kind = ''] = key.split('/');
    if (sha256 !== null) counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

/**
 * Makes a data folder's database again from its store: objects with their versions, and with them settings, programs,
 * models, jobs and the audit trail; the exams of which people have said something; and a message to preparation for each
 * photograph, so that every exam is registered and screened again. The database of before is set aside, not removed.
 * May be repeated after an interruption: until its end, the folder has the database that it had.
 *
 * @throws DataFolderInUseError if a host runs on it
 * @throws DataFolderError if it has no store
 */
export async function rebuildDatabase(
  directory: string,
  now: () => Date = () => new Date(),
): Promise<Rebuilt> {
  const lock = await lockDataFolder(directory);
  try {
    const folder = dataFolder(directory);
    await keepPrivate(folder.directory);
    const segments = new JournalSegments(folder);
    const fresh = join(folder.temporary, 'rebuilt.sqlite');
    for (const end of ['', '-wal', '-shm']) rmSync(`${fresh}${end}`, { force: true });
    mkdirSync(folder.versions, { recursive: true, mode: PRIVATE_FOLDER });

    const lines = await indexFromJournal(fresh, folder.directory, segments);
    const home = await openOnFolder({ ...folder, database: fresh }, { sweep: false });
    try {
      const versions = [...versionsOf(segments)];
      let unnamed = 0;
      for await (const _ of home.unnamed.list()) unnamed += 1;
      if (versions.length === 0 && unnamed === 0) {
        throw new DataFolderError(
          `"${folder.directory}" holds no photographs and no settings: there is nothing to make a database from. Check the name after --data.`,
        );
      }
      // Who follows events has come so far already, and would not look at new ones in the place of old ones.
      const followed = await filePosition(join(folder.directory, 'webhooks-followed')).read();
      await home.events.continueAfter(Math.max(followed, home.vectors.file.followed('indexing')));
      const kept = await restoreKeptRecords(home);
      const announced = await announce(home, versions);
      const photographs = versions.filter(
        ({ key, sha256 }) => key.startsWith(IMAGE_PREFIX) && sha256 !== null,
      );
      const rebuilt = {
        versions: versions.filter(({ sha256 }) => sha256 !== null).length,
        deleteMarkers: versions.filter(({ sha256 }) => sha256 === null).length,
        objects: objectsByKind(versions),
        announced,
        exams: new Set(photographs.flatMap(({ key }) => examOf(key))).size,
        ...kept,
        missing: await missingContents(home, versions),
        unnamed,
        unreadable: lines + kept.unreadable,
      };
      await home.close();
      return { ...rebuilt, formerDatabase: await replaceDatabase(folder.database, fresh, now()) };
    } finally {
      await home.close();
    }
  } finally {
    await lock.release();
  }
}
