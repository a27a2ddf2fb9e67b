/** Base of the errors of the live lane's function. */
export class LiveLaneError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** An exam was begun and not done within its call. It is tried again in another one. */
export class OverdueError extends LiveLaneError {
  constructor(milliseconds: number) {
    super(
      `It was not done within the ${Math.round(milliseconds / 1000)} s that a call of the live lane has. If it is so each time, see the function's memory and what an image costs: retclip model info.`,
    );
  }
}
