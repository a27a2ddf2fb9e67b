import { expect, it } from 'vitest';
import { imageKey } from '../../core/keys/image-key.ts';
import { EXAM } from '../../core/testing/records.ts';
import { FunctionRun } from '../testing/function-run.ts';

/** What the exam expects after a left image with this metadata. */
async function expectedBy(metadata: Readonly<Record<string, string>>) {
  await using run = await FunctionRun.open();
  await run.home.objects.put(imageKey(EXAM, 'left', 'jpg'), Buffer.from('L'), { metadata });
  await run.deliver('intake');
  return (await run.exam())?.expected;
}

it.each([
  [
    { 'expected-left': '2', 'expected-right': '1' },
    { left: 2, right: 1 },
  ],
  [
    { 'expected-left': '1', 'expected-right': '3' },
    { left: 1, right: 3 },
  ],
  [{ 'expected-right': '0' }, { left: null, right: 0 }],
  [{ eyes: 'left' }, { left: 1, right: 0 }],
  [{ eyes: 'right' }, { left: 0, right: 1 }],
  [
    { eyes: 'both', 'expected-left': '2' },
    { left: 2, right: 1 },
  ],
  // What cannot be read announces nothing.
  [
    { 'expected-left': '13', 'expected-right': '1' },
    { left: null, right: null },
  ],
  [{ eyes: 'neither' }, { left: null, right: null }],
  [{}, { left: null, right: null }],
])('an uploader that announces %j has the exam expect %j', async (metadata, expected) => {
  expect(await expectedBy(metadata)).toEqual(expected);
});
