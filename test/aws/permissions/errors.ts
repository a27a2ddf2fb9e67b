/** Base of every error by which this folder says that it cannot tell what AWS would decide. It never means "allowed". */
export class PermissionError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A policy has a form, an operator or a key that is not known here. */
export class UnknownPolicyError extends PermissionError {}

/** A request is of a service, an operation or a form whose permission is not known here. */
export class UnknownActionError extends PermissionError {}

/** A template refers to what has no name yet. */
export class UnresolvedReferenceError extends PermissionError {}
