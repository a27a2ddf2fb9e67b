import { describe, expect, it, vi } from 'vitest';
import { registeredExam } from '../../test/conformance/exam-records.ts';
import { InvalidInputError } from '../errors.ts';
import { temporaryHome } from '../testing/temporary-home.ts';
import { KnownPrograms } from './known-programs.ts';
import { isProgramName, parseProgramName } from './program-name.ts';
import { REGISTER_PREFIX, registerProgram } from './program-register.ts';

/** A home of a registered program, one that has an exam only, and one whose name is of before names had no spaces. */
async function home() {
  const temporary = await temporaryHome();
  const { objects, exams } = temporary.home;
  await registerProgram(objects, 'north');
  await objects.put(`${REGISTER_PREFIX}old south`, Buffer.from('{}'));
  await exams.save(registeredExam({ program: 'west', patient: 'P1', exam: '1' }, '2026-05-01T00:00:00.000Z'));
  const dispose = () => temporary[Symbol.asyncDispose]();
  return {
    home: temporary.home,
    programs: new KnownPrograms(temporary.home),
    [Symbol.asyncDispose]: dispose,
  };
}

describe('a program', () => {
  it.each([
    ['north', true],
    ['old south', true],
    ['west', true],
    ['south', false],
  ])('that is registered or has an exam is known: %s %s', async (program, isKnown) => {
    await using run = await home();
    expect(await run.programs.isKnown(program)).toBe(isKnown);
  });

  it('that is known stays so without another look; one that is not is looked for again', async () => {
    await using run = await home();
    const head = vi.spyOn(run.home.objects, 'head');
    for (let again = 0; again < 2; again += 1) expect(await run.programs.isKnown('north')).toBe(true);
    expect(head).toHaveBeenCalledTimes(1);
    for (let again = 0; again < 2; again += 1) expect(await run.programs.isKnown('east')).toBe(false);
    await registerProgram(run.home.objects, 'east');
    expect(await run.programs.isKnown('east')).toBe(true);
  });
});

describe('the names of programs', () => {
  it('are those registered, page by page, ten thousand at most', async () => {
    await using run = await home();
    expect(await run.programs.names()).toEqual(['north', 'old south']);
    const list = vi.spyOn(run.home.objects, 'list');
    list.mockImplementation(async (prefix, { cursor, limit }) => {
      const from = Number(cursor ?? 0);
      const items = Array.from({ length: limit }, (_, index) => ({ key: `${prefix}p${from + index}` }));
      return { items, cursor: String(from + limit) } as never;
    });
    const names = await run.programs.names();
    expect(names).toHaveLength(10_000);
    expect([names[0], names[9_999]]).toEqual(['p0', 'p9999']);
  });

  it('of before they had no spaces are looked for once, beyond ten thousand too, and again after a fault', async () => {
    await using run = await home();
    const list = vi.spyOn(run.home.objects, 'list');
    list.mockRejectedValueOnce(new Error('no connection'));
    await expect(run.programs.formerNames()).rejects.toThrow('no connection');
    const many = Array.from({ length: 1_000 }, (_, index) => ({ key: `${REGISTER_PREFIX}p${index}` }));
    for (let page = 0; page < 11; page += 1)
      list.mockResolvedValueOnce({ items: many, cursor: 'more' } as never);
    list.mockResolvedValueOnce({ items: [{ key: `${REGISTER_PREFIX}old south` }] } as never);
    expect(await run.programs.formerNames()).toEqual(['old south']);
    const looks = list.mock.calls.length;
    expect(await run.programs.formerNames()).toEqual(['old south']);
    expect(list).toHaveBeenCalledTimes(looks);
  });

  it.each([
    ['north-east', true],
    ['Zürich.2', true],
    ['north east', false],
    ['a,b', false],
    ['[a', false],
    ['a]', false],
  ])('may be begun under %j: %s', (name, mayBegin) => {
    expect(isProgramName(name)).toBe(mayBegin);
  });

  it('are registered again only if a program may be begun under them', async () => {
    await using run = await home();
    const { objects } = run.home;
    await expect(registerProgram(objects, 'new south')).rejects.toThrow(InvalidInputError);
    expect(await run.programs.isKnown('new south')).toBe(false);
    await expect(registerProgram(objects, 'old south')).resolves.toBeUndefined();
  });

  it('are taken in one form, and one with spaces is refused with what to call it', () => {
    expect(parseProgramName('Zu\u0308rich')).toBe('Z\u00fcrich');
    expect(() => parseProgramName('north  east 2')).toThrow(InvalidInputError);
    expect(() => parseProgramName('../north')).toThrow(/program/);
    expect(() => parseProgramName('north  east 2')).toThrow('Name it "north-east-2", for example.');
  });
});
