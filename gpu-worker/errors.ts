/** Base of the errors of the worker itself. Those of screening are in `screening/errors.ts`. */
export class WorkerError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}
