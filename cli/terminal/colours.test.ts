import { describe, expect, it } from 'vitest';
import { wantsColours } from './colours.ts';

describe('colours', () => {
  it.each<[string, true | undefined, NodeJS.ProcessEnv, boolean]>([
    ['a terminal', true, {}, true],
    ['a pipe', undefined, {}, false],
    ['a pipe on a build server', undefined, { CI: 'true' }, false],
    ['a terminal that knows none', true, { TERM: 'dumb' }, false],
    ['a terminal whose user wants none', true, { NO_COLOR: '1' }, false],
    ['a terminal with an empty NO_COLOR', true, { NO_COLOR: '' }, true],
    ['a pipe whose reader asks for them', undefined, { FORCE_COLOR: '1' }, true],
    ['a terminal whose user forces none', true, { FORCE_COLOR: '0' }, false],
    ['both said', true, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
  ])('for %s', (_, isTTY, setting, wanted) => {
    expect(wantsColours({ isTTY: isTTY === true }, setting)).toBe(wanted);
  });
});
