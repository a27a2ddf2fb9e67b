/** One thing that the real service does, tried on an emulator. */
export interface Probe<Capability extends string> {
  readonly capability: Capability;
  /** What the service does, for the table that is printed. */
  readonly expectation: string;
  /** @returns what the emulator did instead, or `null` if it did as the service does */
  readonly run: () => Promise<string | null>;
}

/** What an emulator was found to lack, by capability. */
export type ProbedLimitations<Capability extends string> = Partial<Record<Capability, string>>;

/**
 * Runs every probe and prints what the emulator can and cannot do. A probe runs each time, so a capability that an
 * emulator learns is tested from then on.
 */
export async function probe<Capability extends string>(
  emulator: string,
  probes: readonly Probe<Capability>[],
): Promise<ProbedLimitations<Capability>> {
  const limitations: ProbedLimitations<Capability> = {};
  const lines: string[] = [];
  for (const { capability, expectation, run } of probes) {
    let found: string | null;
    try {
      found = await run();
    } catch (error) {
      found = `fails: ${error instanceof Error ? `${error.name} ${error.message}`.slice(0, 80) : String(error)}`;
    }
    if (found !== null) limitations[capability] = found;
    lines.push(
      `  ${found === null ? 'can   ' : 'CANNOT'}  ${expectation}${found === null ? '' : ` — ${found}`}`,
    );
  }
  console.log(`${emulator}, probed:\n${lines.join('\n')}`);
  return limitations;
}
