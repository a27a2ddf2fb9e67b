/** A file as a look into its folder finds it. */
export interface LookedAt {
  readonly path: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

/** For so long a file must not change before it counts as whole. */
const SETTLED_MILLISECONDS = 2_000;

/** Tells one state of a file from another. */
export function stateOf({ path, bytes, modified }: LookedAt): string {
  return JSON.stringify([path, bytes, modified]);
}

/**
 * Which files of a folder are whole: a camera's program writes a photograph over some seconds, and says nothing when it is
 * done. A file counts once it has been the same in looks that are two seconds apart.
 */
export class SettledFiles {
  /** Since when each file has been as it is. */
  #since: ReadonlyMap<string, number> = new Map();

  /** Whether some file is to be looked at again soon. */
  hasUnsettled = false;

  /**
   * @param files what the folder holds now
   * @param elapsed milliseconds of a clock that only runs forward
   * @returns those that are whole
   */
  look<File extends LookedAt>(files: readonly File[], elapsed: number): File[] {
    const since = new Map(
      files.map((file) => [stateOf(file), this.#since.get(stateOf(file)) ?? elapsed] as const),
    );
    this.#since = since;
    const whole = files.filter(
      (file) => elapsed - (since.get(stateOf(file)) ?? elapsed) >= SETTLED_MILLISECONDS,
    );
    this.hasUnsettled = whole.length < files.length;
    return whole;
  }
}
