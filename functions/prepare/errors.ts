/** Base of the errors of preparation. What is wrong with a photograph is an answer, not an error. */
export class PreparationError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}
