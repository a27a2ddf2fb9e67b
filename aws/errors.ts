import type { HomeFault } from '../core/ports/home-fault.ts';

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

/** A call to AWS, as its command was given. */
export interface AwsCall {
  /** As the SDK names it, such as `S3`, `SQS`, `DynamoDB`. */
  readonly service: string;
  /** @example 'GetObject' */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What is known of a call that AWS refused, or that did not reach it. */
export interface AwsFault {
  readonly call: AwsCall;
  /** AWS's own name of the fault, such as `AccessDenied`; never "UnknownError". */
  readonly code: string;
  /** HTTP status, `undefined` if no answer came. */
  readonly status: number | undefined;
  /** By which AWS's support finds the call. */
  readonly requestId: string | undefined;
}

/**
 * A call to AWS failed. The message names the fault and its HTTP status, the call and its resource, and the permission or the
 * setting that is lacking; `cause` is the SDK's error.
 *
 * @example
 * 'S3 GetObject of "data/models/m/model.json" failed: AccessDenied (HTTP 403). The role worker lacks s3:GetObject on …'
 */
export class AwsCallError extends AwsError implements HomeFault {
  readonly fault: AwsFault;
  readonly publicReason: string;
  readonly isPassing: boolean;

  constructor(
    message: string,
    told: {
      readonly fault: AwsFault;
      readonly publicReason: string;
      readonly isPassing: boolean;
      readonly cause: unknown;
    },
  ) {
    super(message, { cause: told.cause });
    this.fault = told.fault;
    this.publicReason = told.publicReason;
    this.isPassing = told.isPassing;
  }
}
