/** Exit codes of every verb. */
export const EXIT_CODES = { done: 0, refusedItems: 1, wrongUse: 2, failed: 3 } as const;
export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];

/** Base of the errors that a verb ends with: the message is all that the user sees. */
export class CliError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }

  get exitCode(): ExitCode {
    return EXIT_CODES.failed;
  }
}

/** The command was called in a way that cannot work. Nothing was done. */
export class WrongUseError extends CliError {
  override get exitCode(): ExitCode {
    return EXIT_CODES.wrongUse;
  }
}

/** The system could not be reached or did not answer as it should. */
export class EndpointError extends CliError {}

/** The system has no room for what was sent. What was sent before is stored, and the same command goes on from there. */
export class NoRoomError extends EndpointError {}

/** Statuses by which the system says that it was asked for something that cannot be. */
const WRONG_REQUESTS: ReadonlySet<number> = new Set([400, 404, 413, 422]);

/** The system has refused. What it was asked for was wrong, or it is not allowed or not possible now. */
export class RefusedError extends EndpointError {
  /** Of the answer. */
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }

  override get exitCode(): ExitCode {
    return WRONG_REQUESTS.has(this.status) ? EXIT_CODES.wrongUse : EXIT_CODES.failed;
  }
}
