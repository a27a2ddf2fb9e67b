import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PreparedStore } from '../../core/ports/index.ts';

/** A store of what is prepared; other tests may have left something in it. */
export interface PreparedStoreSubject {
  readonly prepared: PreparedStore;
  close(): Promise<void>;
}

const bytes = (text: string) => new TextEncoder().encode(text);
const CONTRACT = 'c0ffee00c0ffee00c0ffee00c0ffee00.safetensors';

/** What every store of prepared images must do. */
export function describePreparedStore(name: string, open: () => Promise<PreparedStoreSubject>): void {
  describe(`PreparedStore: ${name}`, () => {
    let subject: PreparedStoreSubject;
    let prepared: PreparedStore;
    let programs = 0;

    beforeAll(async () => {
      subject = await open();
      prepared = subject.prepared;
    });
    afterAll(() => subject.close());

    /** A program that no other test uses. */
    function newProgram(): string {
      programs += 1;
      return `prepared/program-${programs}`;
    }

    async function textOf(key: string): Promise<string | undefined> {
      const content = await prepared.get(key);
      return content === undefined ? undefined : Buffer.from(content).toString();
    }

    it('gives what was put, to the bit, and nothing for what was not', async () => {
      const at = `${newProgram()}/P1/2026-05-01`;
      const [left, right] = [randomBytes(224 * 224 * 3), randomBytes(7)];
      expect(await prepared.has(`${at}/left.jpg/v1/${CONTRACT}`)).toBe(false);
      expect(await prepared.get(`${at}/left.jpg/v1/${CONTRACT}`)).toBeUndefined();
      await prepared.put(`${at}/left.jpg/v1/${CONTRACT}`, left);
      await prepared.put(`${at}/right.jpg/v1/${CONTRACT}`, right);
      expect(Buffer.from((await prepared.get(`${at}/left.jpg/v1/${CONTRACT}`)) ?? [])).toEqual(left);
      expect(Buffer.from((await prepared.get(`${at}/right.jpg/v1/${CONTRACT}`)) ?? [])).toEqual(right);
      expect(await prepared.has(`${at}/left.jpg/v1/${CONTRACT}`)).toBe(true);
      expect(await prepared.has(`${at}/left.jpg/v2/${CONTRACT}`)).toBe(false);
      expect(await prepared.has(`${at}/left.jpg/v1`)).toBe(false);
    });

    it('writes over what is there, be it with less', async () => {
      const key = `${newProgram()}/P1/e1/left.jpg/v1/${CONTRACT}`;
      await prepared.put(key, bytes('the first and longer one'));
      await prepared.put(key, bytes('second'));
      expect(await textOf(key)).toBe('second');
      await prepared.put(key, bytes(''));
      expect(await textOf(key)).toBe('');
      expect(await prepared.has(key)).toBe(true);
    });

    it('keeps one of several that are put at once, and keeps it whole', async () => {
      const key = `${newProgram()}/P1/e1/right.jpg/v1/${CONTRACT}`;
      const contents = Array.from({ length: 8 }, (_, index) => String(index).repeat(20_000 + index));
      await Promise.all(contents.map((content) => prepared.put(key, bytes(content))));
      expect(contents).toContain(await textOf(key));
    });

    it.each([
      ['a space and a plus sign', 'OS 1+2.jpg'],
      ['signs of addresses', "100%_a&b=c#1?'q'.jpg"],
      ['what looks encoded', '%2Fleft.jpg'],
      ['other scripts', '患者5 été Ж.jpg'],
      ['dots alone', '..'],
      ['a dot', '.'],
      ['255 bytes', `${'x'.repeat(251)}.jpg`],
    ])('takes names with %s', async (_what, fileName) => {
      const at = `${newProgram()}/P 1+2/直 1`;
      const key = `${at}/${fileName}/v-1_A/${CONTRACT}`;
      await prepared.put(key, bytes(fileName));
      expect(await textOf(key)).toBe(fileName);
      expect(await textOf(`${at}/other.jpg/v-1_A/${CONTRACT}`)).toBeUndefined();
      expect(await prepared.removeAll(`${at}/`)).toBe(1);
      expect(await prepared.has(key)).toBe(false);
    });

    it('tells names apart that differ in the case of letters alone', async () => {
      const program = newProgram();
      const keys = ['P1', 'p1'].flatMap((patient) =>
        ['Left.jpg', 'left.jpg'].map((file) => `${program}/${patient}/e/${file}/V1/${CONTRACT}`),
      );
      for (const key of keys) await prepared.put(key, bytes(key));
      for (const key of keys) expect(await textOf(key)).toBe(key);
      expect(await prepared.removeAll(`${program}/p1/`)).toBe(2);
      expect(await Promise.all(keys.map((key) => prepared.has(key)))).toEqual([true, true, false, false]);
    });

    it('removes all of a patient, and nothing of one whose name begins alike', async () => {
      const [north, south] = [newProgram(), newProgram()];
      const key = (program: string, patient: string, exam: string, file: string) =>
        `${program}/${patient}/${exam}/${file}/v1/${CONTRACT}`;
      const gone = [key(north, 'P1', 'e1', 'left.jpg'), key(north, 'P1', 'e2', 'right.jpg')];
      const kept = [
        key(north, 'P10', 'e1', 'left.jpg'),
        key(north, 'P', 'P1', 'left.jpg'),
        key(south, 'P1', 'e1', 'left.jpg'),
      ];
      for (const one of [...gone, ...kept]) await prepared.put(one, bytes(one));
      expect(await prepared.removeAll(`${north}/P1/`)).toBe(2);
      for (const one of gone) expect(await prepared.get(one)).toBeUndefined();
      for (const one of kept) expect(await textOf(one)).toBe(one);
      expect(await prepared.removeAll(`${north}/P1/`)).toBe(0);
      expect(await prepared.removeAll(`${newProgram()}/P1/`)).toBe(0);
      await prepared.put(gone[0] ?? '', bytes('made again'));
      expect(await textOf(gone[0] ?? '')).toBe('made again');
    });

    it('removes one image by its whole key, and none that its name begins', async () => {
      const at = `${newProgram()}/P1/e1/left.jpg/v1`;
      await prepared.put(`${at}/abc`, bytes('left'));
      await prepared.put(`${at}/abcd`, bytes('right'));
      expect(await prepared.removeAll(`${at}/abc`)).toBe(1);
      expect(await prepared.has(`${at}/abc`)).toBe(false);
      expect(await textOf(`${at}/abcd`)).toBe('right');
      expect(await prepared.removeAll(`${at}/abc`)).toBe(0);
    });

    it('removes more than S3 lists at once', async () => {
      const at = `${newProgram()}/P1/e1`;
      const keys = Array.from({ length: 1_003 }, (_, index) => `${at}/${index}.jpg/v1/${CONTRACT}`);
      for (let from = 0; from < keys.length; from += 50)
        await Promise.all(keys.slice(from, from + 50).map((key) => prepared.put(key, bytes('x'))));
      expect(await prepared.removeAll(`${at}/`)).toBe(1_003);
      expect(await prepared.has(keys[0] ?? '')).toBe(false);
      expect(await prepared.has(keys.at(-1) ?? '')).toBe(false);
    });

    it('takes what is put while its neighbours are removed, or loses it, but fails neither', async () => {
      const at = `${newProgram()}/P1`;
      const puts = Array.from({ length: 40 }, (_, index) =>
        prepared.put(`${at}/e1/${index}.jpg/v1/${CONTRACT}`, bytes(String(index))),
      );
      const removals = Array.from({ length: 4 }, () => prepared.removeAll(`${at}/`));
      await Promise.all([...puts, ...removals]);
      await prepared.removeAll(`${at}/`);
      expect(await prepared.has(`${at}/e1/0.jpg/v1/${CONTRACT}`)).toBe(false);
    });
  });
}
