import { describe, expect, it } from 'vitest';
import { terminalText } from './text.ts';

describe('a remark', () => {
  it('is wrapped by words, its further lines standing in', () => {
    expect(terminalText('  too-dark: photograph again with more flash', 4, 24)).toBe(
      ['  too-dark: photograph', '    again with more', '    flash'].join('\n'),
    );
  });

  it('stays as it is where there is room', () => {
    expect(terminalText('  too-dark: again', 4, 24)).toBe('  too-dark: again');
  });
});
