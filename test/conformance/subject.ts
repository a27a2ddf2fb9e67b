import { it, type TestContext } from 'vitest';

/** What an implementation cannot do, found out by probing it, and why: the tests of it are skipped in full view. */
export type Limitations<Capability extends string> = Readonly<Partial<Record<Capability, string>>>;

/** Registers a test of a capability, to be run or to be shown as skipped. */
export type CapabilityTest<Capability extends string> = (
  capability: Capability,
  name: string,
  run: (context: TestContext) => Promise<void>,
) => void;

/**
 * Registers a test of a capability. Where the implementation lacks it, the test is shown as skipped with the reason,
 * and the reason is printed.
 *
 * @example
 * const testCapability = testsWith('fauxqs', { retention: 'messages never expire' });
 * testCapability('retention', 'drops messages that were not received in time', async () => { … });
 */
export function testsWith<Capability extends string>(
  subject: string,
  limitations: Limitations<Capability>,
): CapabilityTest<Capability> {
  return (capability, name, run) => {
    it(name, async (context) => {
      const reason = limitations[capability];
      if (reason !== undefined) {
        console.warn(`${subject} is not tested for "${name}": ${reason}`);
        context.skip(reason);
      }
      await run(context);
    });
  };
}
