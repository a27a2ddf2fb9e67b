import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../core/errors.ts';
import { nameExam } from './name-exam.ts';

describe('a photograph is named by its path', () => {
  it.each([
    ['10_left.jpeg', '10', '1', 'left'],
    ['P-001_OD.png', 'P-001', '1', 'right'],
    ['left_10.jpg', '10', '1', 'left'],
    ['眼底 7_右眼.jpg', '眼底 7', '1', 'right'],
    ['P7_2024-05-01_OS.tif', 'P7', '2024-05-01', 'left'],
    ['P7_20240501_OS.tif', 'P7', '20240501', 'left'],
    ['images/10_left.jpeg', '10', '1', 'left'],
    ['P7/OD.png', 'P7', '1', 'right'],
    ['P7/2024-05-01/left.jpeg', 'P7', '2024-05-01', 'left'],
    ['P7/visit 2/R.jpg', 'P7', 'visit 2', 'right'],
    ['clinic/P7/2024-05-01/left.jpeg', 'P7', '2024-05-01', 'left'],
    ['P7/2024-05-01_left.jpeg', 'P7', '2024-05-01', 'left'],
    ['2024-05-01/P7_left.jpeg', 'P7', '2024-05-01', 'left'],
    ['P7/P7_OD.jpg', 'P7', '1', 'right'],
  ])('%s', (path, patient, exam, laterality) => {
    expect(nameExam(path.split('/'))).toEqual({ patient, exam, laterality });
  });

  it.each([
    ['OD.png', 'whose eye'],
    ['scan.png', 'which eye'],
    ['left_right_7.png', 'both eyes'],
    ['a#b_left.png', 'patient id'],
    ['..x_left.png', 'patient id'],
  ])('%s is refused', (path, why) => {
    expect(() => nameExam(path.split('/'))).toThrow(InvalidInputError);
    expect(() => nameExam(path.split('/'))).toThrow(why);
  });
});
