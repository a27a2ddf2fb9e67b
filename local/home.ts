import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { subjectOfMessage } from '../core/dead-letters/message-subject.ts';
import { ObjectFeatureStore } from '../core/features/object-feature-store.ts';
import { IMAGE_PREFIX } from '../core/keys/image-key.ts';
import { QUEUE_NAMES, QUEUE_SETTINGS, type QueueName, type QueueSettings } from '../core/messages/queues.ts';
import type { Home, QueuePair } from '../core/ports/index.ts';
import { PseudonymHash } from '../core/pseudonyms/pseudonym-hash.ts';
import { FolderClock, type SteadyClock, steadyClockOf } from './clock/folder-clock.ts';
import { type MachineClock, machineClock } from './clock/machine-clock.ts';
import { type DataFolder, prepareDataFolder } from './data-folder.ts';
import { Database } from './database/database.ts';
import { LocalTraces } from './erasure/local-traces.ts';
import { StorageBusyError } from './errors.ts';
import { LocalEvents } from './events/local-events.ts';
import { checkJournal, refuseWithoutDatabase } from './journal/check-journal.ts';
import { JournalSegments } from './journal/journal-segments.ts';
import { VersionJournal } from './journal/version-journal.ts';
import { ContentFiles } from './objects/content-files.ts';
import { LocalObjectStore } from './objects/local-object-store.ts';
import { objectCreatedEvent } from './objects/object-created-event.ts';
import { UnnamedContents } from './objects/unnamed-contents.ts';
import { uploadSecret } from './objects/upload-secret.ts';
import { LocalPreparedStore } from './preparation/local-prepared-store.ts';
import { keepPrivate, type Tightened } from './private-files.ts';
import { LocalQueue, type LocalQueueParts } from './queue/local-queue.ts';
import { WakeUps } from './queue/wake-ups.ts';
import { type DiskReading, FreeRoom } from './room/free-room.ts';
import { LocalVectorIndex } from './search/local-vector-index.ts';
import { LocalExamTable } from './table/local-exam-table.ts';

/** Announces new objects on a queue, as a bucket's notification does. */
export interface ObjectNotification {
  readonly prefix: string;
  readonly queue: QueueName;
}

export interface LocalHomeOptions {
  /** The time of day: milliseconds since 1970. Where it alone is given, the folder's clock goes by it as well. */
  readonly now?: () => number;
  /** What the folder's clock goes by; the machine's own by default. */
  readonly machine?: MachineClock;
  /** Reads how much room a folder's disk has. */
  readonly disk?: (directory: string) => DiskReading;
  /** Where a host takes uploads, as in `http://127.0.0.1:8080`; needed for `presignUpload` only. */
  readonly endpoint?: string | (() => string | undefined);
  /** By default every new photograph is announced to preparation. */
  readonly notifications?: readonly ObjectNotification[];
  /** What differs from `QUEUE_SETTINGS`. */
  readonly queues?: Partial<Readonly<Record<QueueName, Partial<QueueSettings>>>>;
  /** Whether to finish what a crash left half done, and to keep the folder from others; its second process need not. */
  readonly sweep?: boolean;
}

/** Both with the methods that only this home has. */
export interface LocalQueuePair extends QueuePair {
  readonly queue: LocalQueue;
  readonly deadLetters: LocalQueue;
}

/** The system on one machine, in one data folder. */
export interface LocalHome extends Home {
  readonly folder: DataFolder;
  readonly objects: LocalObjectStore;
  readonly prepared: LocalPreparedStore;
  readonly exams: LocalExamTable;
  readonly events: LocalEvents;
  readonly vectors: LocalVectorIndex;
  readonly queues: Readonly<Record<QueueName, LocalQueuePair>>;
  /** Contents that no object names. */
  readonly unnamed: UnnamedContents;
  /** What of the folder was open to other users when it was opened, and is not any more. */
  readonly tightened: Tightened;
  /** Takes what was removed out of the database's files: see `Database.forget`. */
  forget(): Promise<void>;
  /** Signs uploads: for `verifyPresignedUpload`. */
  readonly uploadSecret: Uint8Array;
  /** The folder's clock, which no change of the time of day moves. */
  readonly clock: SteadyClock;
  /** The room on the folder's disk. */
  readonly room: FreeRoom;
}

const BUCKET = 'local';
/** Two processes that make one folder's database at the same moment can refuse each other for an instant. */
const OPEN_ATTEMPTS = 20;

async function openDatabase(folder: DataFolder): Promise<Database> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return new Database(folder.database, folder.directory);
    } catch (error) {
      if (!(error instanceof StorageBusyError) || attempt >= OPEN_ATTEMPTS) throw error;
      await delay(10 * attempt);
    }
  }
}

async function openClock(database: Database, { now, machine }: LocalHomeOptions): Promise<SteadyClock> {
  if (now !== undefined && machine === undefined) return steadyClockOf(now);
  return FolderClock.open(database, machine ?? machineClock(), now ?? Date.now);
}

function queuePair(
  queue: QueueName,
  settings: QueueSettings,
  parts: Pick<LocalQueueParts, 'database' | 'wakeUps' | 'now' | 'clock' | 'room'>,
): LocalQueuePair {
  const { visibilitySeconds, maxReceiveCount } = settings;
  const deadLetters = `${queue}-dead-letters`;
  const pair = { ...parts, visibilitySeconds };
  return {
    queue: new LocalQueue({
      ...pair,
      rules: { name: queue, deadLetters: { queue: deadLetters, maxReceiveCount } },
    }),
    deadLetters: new LocalQueue({ ...pair, rules: { name: deadLetters, deadLetters: null } }),
  };
}

/**
 * Opens every port on one data folder, which is made if there is none. Several processes may open the same folder.
 *
 * ```
 * DIR/state.sqlite      index of objects, queues, exams, events
 * DIR/search.sqlite     features of exams for search, made of the feature shards
 * DIR/objects/          contents of objects by SHA-256
 * DIR/objects/versions/ what each of them is: enough to make the index again
 * DIR/prepared/         pixels of photographs, to be made again at any time
 * DIR/upload-secret     signs upload addresses
 * ```
 *
 * @throws DatabaseBehindStoreError if the database is missing, empty, an older one or another folder's
 * @throws DataFolderError if the folder holds something else, is of a newer version or belongs to another user
 * @throws LocalError if it cannot be read or written
 * @example
 * const home = await openLocalHome('./data');
 * await home.objects.put('images/north/P1/2026-05-01/left.jpg', photograph);
 * await home.close();
 */
export async function openLocalHome(directory: string, options: LocalHomeOptions = {}): Promise<LocalHome> {
  const folder = await prepareDataFolder(directory);
  const isFirst = options.sweep !== false;
  const tightened = isFirst ? await keepPrivate(folder.directory) : { folders: 0, files: 0 };
  const segments = new JournalSegments(folder);
  refuseWithoutDatabase(folder, segments, () => existsSync(folder.database));
  return openOnFolder(folder, options, tightened);
}

/** Opens every port on a folder that was prepared; its database may lie elsewhere while it is being made. */
export async function openOnFolder(
  folder: DataFolder,
  options: LocalHomeOptions = {},
  tightened: Tightened = { folders: 0, files: 0 },
): Promise<LocalHome> {
  const {
    now = Date.now,
    notifications = [{ prefix: IMAGE_PREFIX, queue: 'preparation' }],
    endpoint,
  } = options;
  const secret = await uploadSecret(folder);
  const database = await openDatabase(folder);
  const clock = await openClock(database, options).catch((error: unknown) => {
    database.close();
    throw error;
  });
  const room = new FreeRoom(folder.directory, options.disk);
  const segments = new JournalSegments(folder);
  const journal = new VersionJournal(database, segments);
  try {
    await database.write('relaxed', () => checkJournal(folder, database, segments));
    await journal.recover();
  } catch (error) {
    database.close();
    throw error;
  }
  const wakeUps = new WakeUps();
  const pairs = QUEUE_NAMES.map((name) => {
    const settings = { ...QUEUE_SETTINGS[name], ...options.queues?.[name] };
    return [name, queuePair(name, settings, { database, wakeUps, now, clock, room })] as const;
  });
  const queues = Object.fromEntries(pairs) as Record<QueueName, LocalQueuePair>;
  const notified = (key: string): readonly LocalQueue[] =>
    notifications.filter(({ prefix }) => key.startsWith(prefix)).map(({ queue }) => queues[queue].queue);
  const contents = new ContentFiles(folder);
  const objects = new LocalObjectStore({
    database,
    contents,
    journal,
    now,
    clock,
    room,
    uploadSecret: secret,
    endpoint: typeof endpoint === 'function' ? endpoint : () => endpoint,
    onCreated: (added) => {
      const body = objectCreatedEvent(added, BUCKET);
      const group = subjectOfMessage(body).program ?? undefined;
      for (const queue of notified(added.object.key))
        queue.messages.insert({ body, group }, clock.now(), now());
    },
    onStored: (key) => {
      for (const queue of notified(key)) wakeUps.wake(queue.name);
    },
  });
  const vectors = new LocalVectorIndex(folder.vectors, folder.directory);
  const exams = new LocalExamTable(database, new PseudonymHash(objects));
  if (options.sweep !== false) {
    await objects.recover();
    await exams.keepFormerWork(objects);
  }
  return {
    folder,
    objects,
    features: new ObjectFeatureStore(objects),
    prepared: new LocalPreparedStore(folder.prepared),
    exams,
    events: new LocalEvents(database),
    vectors,
    traces: new LocalTraces(folder, database, objects, vectors),
    queues,
    uploadSecret: secret,
    clock,
    room,
    unnamed: new UnnamedContents(database, contents),
    tightened,
    forget: () => database.forget(),
    async close() {
      journal.close();
      database.close();
      vectors.close();
      wakeUps.wakeAll();
    },
  };
}
