import { expect, it } from 'vitest';
import type { ObjectStore, StoredObject } from '../../core/ports/index.ts';
import { Configuration } from '../../core/programs/configuration.ts';
import { queueEventOf } from '../../local/host/queue-event.ts';
import { FunctionRun } from '../testing/function-run.ts';
import { createIntake } from './intake.ts';

/** What S3 tells of a version: no order of all writes, and LastModified to the second. */
function asS3(object: StoredObject | undefined): StoredObject | undefined {
  if (object === undefined) return undefined;
  const seconds = Math.floor(object.lastModified.getTime() / 1_000);
  return { ...object, sequence: null, lastModified: new Date(seconds * 1_000) };
}

/** Intake over a store that tells as little as S3 does. */
function intakeOverS3(run: FunctionRun) {
  const objects = new Proxy<ObjectStore>(run.home.objects, {
    get(store, name) {
      if (name === 'head')
        return async (...key: Parameters<ObjectStore['head']>) => asS3(await store.head(...key));
      const value = Reflect.get(store, name);
      return typeof value === 'function' ? value.bind(store) : value;
    },
  });
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const consume = createIntake({
    home: { ...run.home, objects },
    configuration: new Configuration(run.home.objects),
    log,
    counters: { add: () => undefined },
  });
  return async (inReverse: boolean): Promise<void> => {
    const messages = [...(await run.receive('intake'))];
    await consume(queueEventOf(inReverse ? messages.toReversed() : messages, 'intake'));
    await run.home.queues.intake.queue.delete(messages.map(({ receipt }) => receipt));
    await run.screen();
    await run.deliver('results');
  };
}

it.each([
  // Seconds between the two, whether events are turned round, which counts, and is it certain?
  [0, false, 'png', false],
  [0, true, 'png', false],
  [1, false, 'jpg', false],
  [1, true, 'jpg', false],
  [5, false, 'jpg', true],
  [5, true, 'jpg', true],
])(
  'two names of one eye, %d s apart, events turned round %s: left.%s counts, certain %s',
  async (apart, inReverse, counts, isCertain) => {
    await using run = await FunctionRun.open();
    const deliver = intakeOverS3(run);
    await run.upload('right', 'right');
    await run.upload('left', 'first', undefined, 'png');
    run.pass(apart);
    await run.upload('left', 'second', undefined, 'jpg');
    await deliver(inReverse);
    const result = (await run.exam())?.result;
    expect(result?.eyes.left?.image.key).toMatch(new RegExp(`left\\.${counts}$`));
    expect(result?.eyes.right?.image.key).toMatch(/right\.jpg$/);
    expect(result?.flags.includes('newest-image-uncertain')).toBe(!isCertain);
  },
);

it.each([false, true])(
  'two versions of one name within a second: the later, and certain; turned round %s',
  async (inReverse) => {
    await using run = await FunctionRun.open();
    const deliver = intakeOverS3(run);
    await run.upload('right', 'right');
    await run.upload('left', 'first');
    const second = await run.upload('left', 'second');
    await deliver(inReverse);
    const result = (await run.exam())?.result;
    expect(result?.eyes.left?.image.versionId).toBe(second.versionId);
    expect(result?.flags).not.toContain('newest-image-uncertain');
  },
);
