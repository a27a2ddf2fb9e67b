import { expect, it } from 'vitest';
import { en } from './en.ts';
import { zh } from './zh.ts';

interface Tree {
  readonly [key: string]: string | Tree;
}

function* texts(tree: Tree, path = ''): Generator<readonly [string, string]> {
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') yield [`${path}${key}`, value];
    else yield* texts(value, `${path}${key}.`);
  }
}

const argumentsOf = (text: string) =>
  [...new Set([...text.matchAll(/\{(\w+)[,}]/g)].map(([, name]) => name))].toSorted();

it('says everything in both languages, with the same facts in it', () => {
  const chinese = new Map(texts(zh));
  const english = [...texts(en)];
  expect([...chinese.keys()].toSorted()).toEqual(english.map(([key]) => key).toSorted());
  for (const [key, text] of english)
    expect(argumentsOf(chinese.get(key) ?? ''), key).toEqual(argumentsOf(text));
});

it('is Chinese where it says to be', () => {
  const latin = [...texts(zh)].filter(([, text]) => !/\p{Script=Han}/u.test(text)).map(([key]) => key);
  expect(latin).toEqual(['facts', 'queue.more', 'patient.decidedAndWaits']);
});
