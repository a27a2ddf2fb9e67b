import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../errors.ts';
import {
  decodeKey,
  handleEach,
  isNotification,
  type ObjectCreated,
  readAnnouncement,
} from './object-created.ts';

const created = (object: unknown, eventName = 'ObjectCreated:Put') => ({ eventName, s3: { object } });
const LEFT = { key: 'images/north/P1/1/left.jpg', versionId: 'v7', sequencer: '0A' };
const RIGHT = { key: 'images/north/P1/1/right.jpg', versionId: undefined, sequencer: '' };

describe('a notification of S3', () => {
  it.each([
    [{ Records: [] }, true],
    [{ Records: null }, true],
    [{ Event: 's3:TestEvent', Bucket: 'b' }, true],
    [{ Event: 's3:OtherEvent' }, false],
    [{ records: [] }, false],
    [{}, false],
    [null, false],
  ])('is told by its records, or as S3’s test: %j %s', (content, is) => {
    expect(isNotification(content)).toBe(is);
  });

  it('announces each new object, whatever made it, in their order', () => {
    const Records = [
      created(LEFT),
      created({ key: 'images/north/P1/1/right.jpg' }, 's3:ObjectCreated:CompleteMultipartUpload'),
    ];
    expect(readAnnouncement({ Records })).toEqual({ objects: [LEFT, RIGHT], unreadable: [] });
  });

  it('passes over events of other kinds, whatever they hold', () => {
    const Records = [
      created(LEFT, 'ObjectRemoved:Delete'),
      created({}, 's3:LifecycleExpiration:Delete'),
      created(RIGHT),
    ];
    expect(readAnnouncement({ Records })).toEqual({ objects: [RIGHT], unreadable: [] });
  });

  it('says of each record that cannot be read why, and still announces the others', () => {
    const long = `%E0${'x'.repeat(90)}`;
    const { objects, unreadable } = readAnnouncement({
      Records: [created({ key: '' }), created(LEFT), created({ key: long }), null],
    });
    expect(objects).toEqual([LEFT]);
    expect(unreadable).toEqual([
      expect.stringMatching(/^A record names no object: .*→ at s3\.object\.key/s),
      expect.stringContaining(`The key "${long.slice(0, 80)}" is badly encoded`),
      expect.stringContaining('A record names no object'),
    ]);
  });

  it('whose records are not a list announces nothing, and says so', () => {
    for (const Records of [null, 'left', { 0: created(LEFT) }]) {
      const { objects, unreadable } = readAnnouncement({ Records });
      expect(objects).toEqual([]);
      expect(unreadable).toEqual([expect.stringContaining('not a list')]);
    }
  });

  it.each([
    ['P+1/left.jpg', 'P 1/left.jpg'],
    ['P%2B1', 'P+1'],
    ['%E5%B7%A6+%E7%9C%BC', '左 眼'],
    ['%E5%B7', null],
    ['100%', null],
  ])('names the key %s, which is %s', (encoded, key) => {
    expect(decodeKey(encoded)).toBe(key);
  });
});

describe('the objects of a notification', () => {
  const handled = async (unreadable: readonly string[], handle: (key: string) => void) => {
    const keys: string[] = [];
    const work = async ({ key }: ObjectCreated) => {
      keys.push(key);
      handle(key);
    };
    const error = await handleEach({ objects: [LEFT, RIGHT], unreadable }, work).then(
      () => null,
      (reason: unknown) => reason,
    );
    return { eyes: keys.map((key) => /left|right/.exec(key)?.[0]), error };
  };

  it('are handled one after the other', async () => {
    expect(await handled([], () => undefined)).toEqual({ eyes: ['left', 'right'], error: null });
  });

  it('are all handled before it is told which could not be, and what could not be read', async () => {
    const { eyes, error } = await handled(['No key.'], (key) => {
      throw new InvalidInputError(key.includes('left') ? 'No left eye.' : 'No right eye.');
    });
    expect(eyes).toEqual(['left', 'right']);
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(error).toHaveProperty('message', 'No key. No left eye. No right eye.');
    expect((await handled(['No key.'], () => undefined)).error).toHaveProperty('message', 'No key.');
  });

  it('wait for another delivery, all that are left, where something else fails', async () => {
    const fault = new Error('no connection');
    const { eyes, error } = await handled(['No key.'], () => {
      throw fault;
    });
    expect(eyes).toEqual(['left']);
    expect(error).toBe(fault);
  });
});
