import { expect, it } from 'vitest';
import { unassessedEyes } from './assessed-eyes.ts';
import { DEFAULT_POLICY } from './outcome-policy.ts';

it.each([
  ['no head', [], ['left', 'right']],
  ['a head of the patient', [['patient', 'glaucoma']], []],
  [
    'a head of each eye',
    [
      ['left', 'amd'],
      ['right', 'amd'],
    ],
    [],
  ],
  ['a head of the left eye', [['left', 'amd']], ['right']],
  ['a head of the right eye', [['right', 'amd']], ['left']],
  ['a head that only says normal', [['patient', 'normal']], ['left', 'right']],
] as const)('by %s no disease is looked for in: %s', (_, given, eyes) => {
  const readings = given.map(([level, label]) => ({ level, label, head: 'h' }));
  expect(unassessedEyes(DEFAULT_POLICY, readings)).toEqual(eyes);
});
