import { expect, it } from 'vitest';
import type { Laterality } from '../exams/laterality.ts';
import { eyesIn } from './eyes-in-text.ts';

it.each<readonly [string, readonly Laterality[]]>([
  ['P1_left', ['left']],
  ['P1-RIGHT.2', ['right']],
  ['P1_left_OS', ['left']],
  ['left_of_OD', ['left', 'right']],
  ['P12OD', ['right']],
  ['P12Left', ['left']],
  ['P12RIGHT_3', ['right']],
  ['imageLeft', ['left']],
  ['P1OS2', ['left']],
  ['OD1', ['right']],
  ['左眼', ['left']],
  ['张三右目', ['right']],
  ['홍길동좌안', ['left']],
  ['홍길동우안2', ['right']],
  ['ＯＤ', ['right']],
  ['(od)', ['right']],
])('%s names %j', (text, eyes) => {
  expect([...eyesIn(text)].sort()).toEqual(eyes);
});

it.each([
  '',
  'P1',
  'P12ODX',
  'brightness',
  'Leftley',
  'imageleft',
  'Le_Van',
  'P1_L',
  'R',
  '左宗棠',
  'k7od3xos2',
])('%j names none', (text) => {
  expect([...eyesIn(text)]).toEqual([]);
});
