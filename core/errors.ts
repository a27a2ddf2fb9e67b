/**
 * Base of every error that this folder throws. The message says what happened, to which exam or file, and what to do.
 */
export class CoreError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** What an error says, for a message or a log. Anything may be thrown: what is no `Error` says itself. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A value from outside does not have the form that it must have. Retrying cannot help. */
export class InvalidInputError extends CoreError {}

/** The system itself is not set up as it must be. Messages wait until somebody has mended it. */
export class ConfigurationError extends CoreError {}

/** There is nothing of the name that was given: no such program, exam or job. */
export class UnknownNameError extends CoreError {}

/** Somebody else changed the record in between. The caller reads it again and repeats its change. */
export class RevisionConflictError extends CoreError {}

/**
 * The patient was erased after the writer had looked at what its record is made of, or is being erased. Nothing was
 * stored. The writer looks again: what was erased is gone, what came after the erasure is a new exam.
 */
export class PatientErasedError extends CoreError {}

/** A reader's verdict does not fit where the exam's reading stands. Nothing was changed. */
export class ReviewRefusedError extends CoreError {}

/** Stored features cannot be read: the exam fails with the reason, others go on. */
export class FeaturesError extends CoreError {}

/** A shard of features is cut, contradicts itself, or has no such row. */
export class DamagedShardError extends FeaturesError {
  /** @param what a part of a sentence: `tensor "b" overlaps tensor "a"` */
  constructor(shard: string, what: string, options?: ErrorOptions) {
    super(`Feature shard "${shard}" is damaged: ${what}. Screen its exams again.`, options);
  }
}

/** No object, or no such version of it, under this key. */
export class ObjectNotFoundError extends CoreError {
  readonly key: string;
  readonly versionId: string | undefined;

  constructor(key: string, versionId?: string) {
    super(
      versionId === undefined
        ? `No object is stored under "${key}": it was never uploaded or has been deleted.`
        : `No version "${versionId}" of object "${key}" is stored: it has been deleted for good.`,
    );
    this.key = key;
    this.versionId = versionId;
  }
}

/** The object was to be written over one version, but another is the latest. Nothing was stored. */
export class ObjectChangedError extends CoreError {
  constructor(key: string, versionId: string) {
    super(
      `Object "${key}" was changed by another writer since its version "${versionId}" was read. Read it again.`,
    );
  }
}

/** The object was to be written only where there is none, but there is one. Nothing was stored. */
export class ObjectExistsError extends InvalidInputError {
  constructor(key: string) {
    super(
      `An object is already stored under "${key}", and it was to be written only if there is none. Read it again.`,
    );
  }
}

/** The bytes that arrived are not the bytes that their checksum promises. Nothing was stored. */
export class ChecksumMismatchError extends CoreError {
  constructor(key: string, expected: string, received: string) {
    super(
      `The content sent for "${key}" has SHA-256 ${received} but ${expected} was promised: it changed on the way. Send it again.`,
    );
  }
}
