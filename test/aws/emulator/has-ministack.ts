import { EmulatorError } from '../errors.ts';
import { installMinistack } from './install-ministack.ts';

/**
 * Whether the emulator is there or can be had, which takes Python and PyPI; tests that stand on it skip, loudly, on a
 * machine that has only Node. Where `CI` is set it must be there.
 *
 * @param what is skipped, for the warning
 * @throws EmulatorError in CI
 */
export async function hasMinistack(what: string): Promise<boolean> {
  try {
    await installMinistack();
    return true;
  } catch (error) {
    if (!(error instanceof EmulatorError) || process.env.CI === 'true') throw error;
    console.warn(`SKIPPED: ${what}: ${error.message}`);
    return false;
  }
}
