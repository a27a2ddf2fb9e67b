import { Command } from 'commander';
import { expect, it } from 'vitest';
import { eyesOf, type GradeOptions, gradeOptions } from './grade-options.ts';

function parsed(...words: string[]) {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  for (const option of gradeOptions()) command.addOption(option);
  return eyesOf(command.parse(words, { from: 'user' }).opts<GradeOptions>());
}

it('grades each eye by the scale of the program, and leaves the other one open', () => {
  expect(parsed('--right', '2', '--oedema', 'right=suspected')).toEqual({
    left: null,
    right: {
      ...{ quality: 'gradable', grade: { scheme: 'icdr', retinopathy: 2 }, oedema: 'suspected' },
      findings: [],
    },
  });
  expect(parsed('--left', 'r3am1')?.left?.grade).toEqual({
    ...{ scheme: 'r-m', retinopathy: 'R3A', maculopathy: 'M1' },
  });
  expect(parsed('--left', 'ungradable', '--finding', 'left=cataract', '--finding', 'right=amd')).toEqual({
    left: { quality: 'ungradable', grade: null, oedema: null, findings: ['cataract'] },
    right: { quality: 'gradable', grade: null, oedema: null, findings: ['amd'] },
  });
  expect(parsed()).toBeUndefined();
});

it.each([
  [['--right', '5'], /0 to 4/],
  [['--right', 'R1'], /R0M0/],
  [['--left', ''], /0 to 4/],
  [['--oedema', 'right=some'], /suspected/],
  [['--oedema', 'both=none'], /right=/],
  [['--finding', 'glaucoma'], /right=/],
])('refuses %j, saying what to say', (words, why) => {
  expect(() => parsed(...words)).toThrow(why);
});
