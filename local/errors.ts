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

/** The disk or the quota is full. Nothing of the refused write is stored. */
export class StorageFullError extends LocalError {}

/** The data folder cannot be written: its permissions or its file system forbid it. */
export class StorageUnwritableError extends LocalError {}

/** Something stored reads back as something that was never written. */
export class StorageDamagedError extends LocalError {}

/** Another process has held the database for longer than any write takes. */
export class StorageBusyError extends LocalError {}

/** The folder is not a data folder, or one of a newer version. */
export class DataFolderError extends LocalError {}

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
