/**
 * Base of every error that this folder throws about the data folder itself. What is wrong with an argument is told by
 * `core`'s errors, the same in every home.
 */
export class LocalError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The disk or the quota is full. The message says whether anything of the write is stored: nothing, but for a journal's line. */
export class StorageFullError extends LocalError {}

/** This process, or the whole machine, has as many files open as it may. The message says what became of the write. */
export class TooManyFilesError extends LocalError {}

/** The disk has failed to read or write. The message says what became of the write. */
export class StorageFailedError extends LocalError {}

/** The data folder cannot be written: its permissions or its file system forbid it. */
export class StorageUnwritableError extends LocalError {}

/** Something stored reads back as something that was never written. */
export class StorageDamagedError extends LocalError {}

/** Another process has held the database for longer than any write takes. */
export class StorageBusyError extends LocalError {}

/** The folder is not a data folder, or one of a newer version. */
export class DataFolderError extends LocalError {}

/** What a store holds that its database does not know. */
export interface StandOfStore {
  /** Versions of objects, of which so many are photographs. */
  readonly objects: number;
  readonly photographs: number;
  /** When the newest was stored, in milliseconds since 1970; 0 where nothing tells. */
  readonly latest: number;
}

const DATABASE_STATES = {
  missing: 'Its database (state.sqlite) is missing',
  empty: 'Its database (state.sqlite) is empty',
  older: 'Its database (state.sqlite) is an older one',
  another: 'Its database (state.sqlite) belongs to another data folder or another time',
} as const;

function standText({ objects, photographs, latest }: StandOfStore): string {
  if (objects === 0) return 'its store holds contents that nothing names';
  const until = latest === 0 ? '' : `, the newest of ${new Date(latest).toISOString()}`;
  return `its store holds ${objects} object${objects === 1 ? '' : 's'} that the database does not know, ${photographs} of them photographs${until}`;
}

/**
 * The database does not know what the store holds: it was lost, or another one was put in its place. Nothing was
 * changed, since by such a database later photographs would seem to have no owner.
 */
export class DatabaseBehindStoreError extends DataFolderError {
  readonly directory: string;
  readonly state: keyof typeof DATABASE_STATES;
  readonly stand: StandOfStore;

  constructor(directory: string, state: keyof typeof DATABASE_STATES, stand: StandOfStore) {
    const rebuild =
      stand.objects === 0
        ? 'There is no other way, since the store has no record of what its contents are (objects/versions).'
        : `Or have the database made again from the store, which keeps every photograph and setting: retclip local --rebuild --data ${JSON.stringify(directory)}`;
    super(
      `Data folder "${directory}" was not opened. ${DATABASE_STATES[state]}, but ${standText(stand)}. Nothing was changed or removed. Put the right state.sqlite back, or restore a backup into a new folder: retclip restore BACKUP --data NEW. ${rebuild}`,
    );
    this.directory = directory;
    this.state = state;
    this.stand = stand;
  }
}

/** A host already runs on this data folder. */
export class DataFolderInUseError extends LocalError {
  readonly directory: string;
  /** Process id of the host, where it can be told. */
  readonly pid: number | undefined;

  constructor(directory: string, pid: number | undefined) {
    super(
      `Data folder "${directory}" is in use by another host${pid === undefined ? '' : ` (process ${pid})`}. Stop that one first, or choose another folder by --data.`,
    );
    this.directory = directory;
    this.pid = pid;
  }
}

/** An upload does not carry a valid permission: forged, changed or expired. */
export class UploadRefusedError extends LocalError {}

/** An upload is longer than was permitted. Nothing of it is stored. */
export class UploadTooLongError extends LocalError {
  constructor(key: string, permitted: number) {
    super(
      `The upload of "${key}" is longer than the ${permitted} bytes that were permitted: it was stopped there, and nothing of it is stored. Ask for a new address.`,
    );
  }
}

/** An upload ended before its permitted length. Nothing of it is stored. */
export class UploadCutShortError extends LocalError {
  constructor(key: string, permitted: number, received: number) {
    super(
      `The upload of "${key}" ended after ${received} of ${permitted} bytes: nothing of it is stored. Send it again.`,
    );
  }
}

/** The sender of an upload went silent. Nothing of it is stored. */
export class UploadStalledError extends LocalError {
  constructor(milliseconds: number) {
    super(
      `The upload stood still: no byte came for ${milliseconds / 1_000} s. Nothing of it is stored. Send it again.`,
    );
  }
}
