import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RENDITION_FILES, renditionKey } from '../../core/keys/prepared-key.ts';
import { renderImage } from '../../core/messages/render-image.ts';
import { erasePatient } from '../../core/patients/erase-patient.ts';
import type { StoredObject } from '../../core/ports/index.ts';
import { queueEventOf } from '../../local/host/queue-event.ts';
import { FunctionRun } from '../testing/function-run.ts';
import { createPrepare } from './prepare.ts';
import type { Preparer } from './prepare-content.ts';
import { textPreparer } from './testing/text-preparer.ts';

let run: FunctionRun;
beforeEach(async () => {
  run = await FunctionRun.open();
});
afterEach(() => run[Symbol.asyncDispose]());

const FILES = Object.keys(RENDITION_FILES) as (keyof typeof RENDITION_FILES)[];

function ask(image: StoredObject) {
  return run.home.queues.preparation.queue.send([{ body: JSON.stringify(renderImage(image)) }]);
}

/** What lies beside the pixels, as text. */
async function made(image: StoredObject) {
  const files = await Promise.all(
    FILES.map(async (file) => {
      const content = await run.home.prepared.get(renditionKey(image, file));
      return [file, content && Buffer.from(content).toString()] as const;
    }),
  );
  return Object.fromEntries(files);
}

/** Preparation with another preparer, called once with what waits. */
async function prepareWith(change: Partial<Preparer>) {
  const { queue } = run.home.queues.preparation;
  const messages = await queue.receive({ maxMessages: 10, waitSeconds: 0 });
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const prepare = createPrepare({
    ...{ source: 'preparation', home: run.home, log, counters: { add: () => undefined } },
    configuration: run.configuration,
    preparerFor: async () => ({ ...textPreparer, ...change }),
  });
  const response = await prepare(queueEventOf(messages, 'preparation'));
  await queue.delete(messages.map(({ receipt }) => receipt));
  return response;
}

describe('a photograph that is to be rendered', () => {
  it('gets a picture, a small one, and what was seen of burnt-in text, beside its pixels', async () => {
    const left = await run.upload('left', 'NAME on the left eye');
    const right = await run.upload('right', 'the right eye');
    await run.settleArrivals();
    await ask(left);
    await ask(right);
    await run.prepare();
    expect(renditionKey(left, 'rendition')).toBe(
      `prepared/north/P1/2026-05-01/left.jpg/${left.versionId}/rendition-1.jpg`,
    );
    const { facts, ...pictures } = await made(left);
    expect(pictures).toEqual({
      rendition: 'picture of NAME on the left eye',
      thumbnail: 'small picture of NAME on the left eye',
    });
    expect(JSON.parse(facts ?? '')).toEqual({
      schema: 'rendition/1',
      sha256: left.sha256,
      rendered: { burntIn: { outside: 'plain', flags: ['text-in-field'] } },
      refused: null,
    });
    expect((await made(right)).rendition).toBe('picture of the right eye');
    expect(run.counts.get('ImageRendered')).toBe(2);
  });

  it('is rendered once, and again where a picture is lost', async () => {
    const left = await run.upload('left', 'the left eye');
    await run.settleArrivals();
    let rendered = 0;
    const counting: Partial<Preparer> = {
      render: (bytes) => {
        rendered += 1;
        return textPreparer.render(bytes);
      },
    };
    for (let time = 0; time < 2; time += 1) {
      await ask(left);
      await prepareWith(counting);
    }
    expect(rendered).toBe(1);
    await run.home.prepared.removeAll(renditionKey(left, 'thumbnail'));
    await ask(left);
    await prepareWith(counting);
    expect(rendered).toBe(2);
    expect((await made(left)).thumbnail).toBe('small picture of the left eye');
  });

  it('and gives no picture has the reason noted, and is not tried again', async () => {
    const left = await run.upload('left', 'unreadable-file: the left eye');
    await run.settleArrivals();
    await ask(left);
    await run.prepare();
    const { facts, rendition } = await made(left);
    expect(rendition).toBeUndefined();
    expect(JSON.parse(facts ?? '')).toMatchObject({ rendered: null, refused: 'unreadable-file' });
    await ask(left);
    const response = await prepareWith({ render: () => Promise.reject(new Error('tried again')) });
    expect(response.batchItemFailures).toEqual([]);
  });

  it('and is erased meanwhile leaves no picture behind', async () => {
    const left = await run.upload('left', 'the left eye');
    await run.settleArrivals();
    await ask(left);
    const { program, patient } = { program: 'north', patient: 'P1' };
    await prepareWith({
      render: async (bytes) => {
        await erasePatient(run.home, { program, patient, by: 'operator', now: () => new Date(run.now()) });
        return textPreparer.render(bytes);
      },
    });
    expect(Object.values(await made(left))).toEqual([undefined, undefined, undefined]);
  });

  it('and was erased before has no picture made', async () => {
    const left = await run.upload('left', 'the left eye');
    await run.settleArrivals();
    await run.home.objects.deleteVersion(left.key, left.versionId ?? '');
    await ask(left);
    const response = await prepareWith({ render: () => Promise.reject(new Error('it was read')) });
    expect(response.batchItemFailures).toEqual([]);
    expect(await run.deadLetters('preparation')).toEqual([]);
  });

  it('loses its pictures when its patient is erased', async () => {
    const left = await run.upload('left', 'the left eye');
    await run.settleArrivals();
    await ask(left);
    await run.prepare();
    expect((await made(left)).rendition).toBeDefined();
    await erasePatient(run.home, {
      ...{ program: 'north', patient: 'P1', by: 'operator' },
      now: () => new Date(run.now()),
    });
    expect(Object.values(await made(left))).toEqual([undefined, undefined, undefined]);
  });
});
