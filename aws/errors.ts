/** Base of every error that this folder throws. What is wrong with an argument is told by `core`'s errors. */
export class AwsError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Some messages or events of a call were not taken, though it was repeated. Those that were may be sent twice. */
export class PartialSendError extends AwsError {}

/** An answer does not have the form that the service promises. */
export class UnexpectedAnswerError extends AwsError {}
