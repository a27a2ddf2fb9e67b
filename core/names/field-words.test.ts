import { expect, it } from 'vitest';
import type { Field } from '../exams/field.ts';
import { fieldOf } from './field-words.ts';

it.each<readonly [string, Field]>([
  ['Posterior', 'macula'],
  ['posterior__pole', 'macula'],
  [' FOVEA ', 'macula'],
  [' posterior pole ', 'macula'],
  ['F2', 'macula'],
  ['Field.2', 'macula'],
  ['ｍａｃｕｌａ', 'macula'],
  ['黄斑', 'macula'],
  ['optic_disc', 'disc'],
  ['Optic - Nerve', 'disc'],
  ['ONH', 'disc'],
  ['nasal', 'disc'],
  ['field 1', 'disc'],
  ['视盘', 'disc'],
  ['supero-temporal', 'other'],
  ['infero temporal', 'other'],
  ['super ior', 'other'],
  ['F7', 'other'],
  ['field_4', 'other'],
])('%s is the field %s', (word, field) => {
  expect(fieldOf(word)).toBe(field);
});

it.each(['', 'P7', 'F8', 'field', 'maculas', 'left'])('%j is not a field', (word) => {
  expect(fieldOf(word)).toBeNull();
});
