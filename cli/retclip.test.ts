import { afterEach, describe, expect, it, vi } from 'vitest';
import { run } from './retclip.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** What the user reads on stderr of a verb that fails. */
async function complaint(): Promise<string> {
  const parts: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => parts.push(String(text)) > 0);
  expect(await run(['model', 'info', '/nowhere/at/all'])).toBe(2);
  return parts.join('');
}

describe('an error of the command', () => {
  it('is told in one sentence', async () => {
    vi.stubEnv('RETCLIP_DEBUG', undefined);
    expect(await complaint()).toMatch(/^\S*retclip:\S* [^\n]*\/nowhere\/at\/all[^\n]*\n$/);
  });

  it('is shown whole, with its stack, where RETCLIP_DEBUG is set', async () => {
    vi.stubEnv('RETCLIP_DEBUG', '1');
    expect(await complaint()).toMatch(/\/nowhere\/at\/all[\s\S]*\n {4}at .*cli\//);
  });
});
