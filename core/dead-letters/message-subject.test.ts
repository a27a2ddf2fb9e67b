import { describe, expect, it } from 'vitest';
import { subjectOfMessage } from './message-subject.ts';

function notification(...keys: string[]): string {
  return JSON.stringify({ Records: keys.map((key) => ({ s3: { object: { key } } })) });
}

describe('what a message is about', () => {
  it.each([
    [
      'a request',
      JSON.stringify({ schema: 'any/1', exam: { program: 'north', patient: 'P1', exam: '1' } }),
      { name: 'north/P1/1', program: 'north' },
    ],
    [
      "a store's notification",
      notification('images/north/P+1/1/left.jpg'),
      { name: 'images/north/P 1/1/left.jpg', program: 'north' },
    ],
    [
      'a notification of objects of two programs',
      notification('images/a/P/1/left.jpg', 'images/b/P/1/left.jpg'),
      { name: 'images/a/P/1/left.jpg, images/b/P/1/left.jpg', program: null },
    ],
    ['a notification of a foreign key', notification('images/x'), { name: 'images/x', program: null }],
    ['a key that is badly encoded', notification('images/%E4'), { name: 'images/%E4', program: null }],
    ['no JSON', '{', { name: 'unknown', program: null }],
    ['JSON of something else', '[1]', { name: 'unknown', program: null }],
  ])('is told of %s', (_, body, subject) => {
    expect(subjectOfMessage(body)).toEqual(subject);
  });
});
