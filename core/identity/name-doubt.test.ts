import { expect, it } from 'vitest';
import type { Laterality } from '../exams/laterality.ts';
import { EXAM, receivedImage } from '../testing/records.ts';
import { doubtsOfArrival } from './arrival-doubts.ts';
import { doubtOfName } from './name-doubt.ts';

const named = (fileName: string, laterality: Laterality) => {
  const received = receivedImage(laterality);
  return { ...received, image: { ...received.image, key: `images/north/P1/2026-05-01/${fileName}` } };
};

it.each<[string, Laterality, string]>([
  ['R_Smith.jpg', 'right', 'Smith'],
  ['Nguyen_LE_01.jpg', 'left', 'Nguyen'],
  ['smith-l.png', 'left', 'smith'],
  ['OI_Tanaka_macula.tif', 'left', 'Tanaka'],
  ['R_Ng.jpg', 'right', 'Ng'],
])('%s is in doubt: the %s eye is told by a letter beside %s', (fileName, laterality, name) => {
  const doubt = doubtOfName(named(fileName, laterality));
  expect(doubt).toBe(
    `The name "${fileName}" says the ${laterality} eye only by a letter or word that may belong to the name "${name}".`,
  );
  expect(doubtsOfArrival(named(fileName, laterality), undefined, [])).toContain(doubt);
});

it.each<[string, Laterality]>([
  ['left.jpg', 'left'],
  ['R.jpg', 'right'],
  ['Smith_right.jpg', 'right'],
  ['Smith_OD_R.jpg', 'right'],
  // The patient, the exam, a field, a camera's word for a photograph, a number.
  ['P1_L_2026-05-01.jpg', 'left'],
  ['R_macula_2.jpg', 'right'],
  ['IMG_0001_R.jpg', 'right'],
  ['0012_L_1.jpg', 'left'],
  ['R_N.jpg', 'right'],
])('%s is in no doubt', (fileName, laterality) => {
  expect(doubtOfName(named(fileName, laterality))).toBeNull();
});

it('a name that is the patient is none of somebody else', () => {
  const received = named('R_Smith.jpg', 'right');
  expect(doubtOfName({ ...received, exam: { ...EXAM, patient: 'smith' } })).toBeNull();
});
