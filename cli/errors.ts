/** Exit codes of every verb. */
export const EXIT_CODES = { done: 0, refusedItems: 1, wrongUse: 2, failed: 3 } as const;
export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];

/** Base of the errors that a verb ends with: the message is all that the user sees. */
export class CliError extends Error {
  readonly exitCode: ExitCode = EXIT_CODES.failed;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The command was called in a way that cannot work. Nothing was done. */
export class WrongUseError extends CliError {
  override readonly exitCode = EXIT_CODES.wrongUse;
}

/** The system could not be reached or did not answer as it should. */
export class EndpointError extends CliError {}
