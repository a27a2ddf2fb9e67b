/** Base of every error that this folder throws. */
export class ScreeningError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The worker is stopping: the exam's message goes back to the queue unharmed. */
export class StoppingError extends ScreeningError {
  constructor() {
    super('The worker is stopping.');
  }
}

/** The inference thread ended by itself. The process must end as well, so that a fresh one takes over. */
export class InferenceCrashError extends ScreeningError {}
