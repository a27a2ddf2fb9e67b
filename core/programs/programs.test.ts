import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { readStoredJson } from '../documents/stored-json.ts';
import { ConfigurationError } from '../errors.ts';
import { MODEL } from '../testing/records.ts';
import { temporaryHome } from '../testing/temporary-home.ts';
import { Configuration } from './configuration.ts';
import { listPrograms, REGISTER_PREFIX, registerProgram } from './program-register.ts';
import { DEFAULT_SETTINGS, programSettingsSchema } from './program-settings.ts';

const json = (value: unknown) => Buffer.from(JSON.stringify(value));

describe('a stored document', () => {
  const schema = z.object({ eyes: z.number() });

  it('is read, or not there', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    expect(await readStoredJson(objects, 'a.json', schema)).toBeUndefined();
    await objects.put('a.json', json({ eyes: 2 }));
    expect(await readStoredJson(objects, 'a.json', schema)).toEqual({ eyes: 2 });
  });

  it('names its key and what is wrong with it', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    const read = () => readStoredJson(objects, 'a.json', schema);
    await objects.put('a.json', Buffer.from('{'));
    await expect(read()).rejects.toThrow(new ConfigurationError('"a.json" is not JSON. Write it again.'));
    await objects.put('a.json', json({ eyes: 'two' }));
    await expect(read()).rejects.toThrow(ConfigurationError);
    await expect(read()).rejects.toThrow(/"a\.json" does not fit its schema.*eyes/s);
  });

  it('is not blamed on its content when the store fails', async () => {
    const store = { get: () => Promise.reject(new Error('no connection')) } as never;
    await expect(readStoredJson(store, 'a.json', schema)).rejects.toThrow('no connection');
  });
});

describe('the configuration', () => {
  it('has the active model, and says what to do where there is none', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    const none = new Configuration(objects).activeModel();
    await expect(none).rejects.toThrow(ConfigurationError);
    await expect(none).rejects.toThrow(/No model is active: "models\/active\.json" is missing/);
    await objects.put('models/active.json', json(MODEL));
    expect(await new Configuration(objects).activeModel()).toEqual(MODEL);
  });

  it('has the settings of each program, or the defaults', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    const own = { ...DEFAULT_SETTINGS, pairingWindowSeconds: 7 };
    await objects.put('programs/north/settings.json', json(own));
    const configuration = new Configuration(objects);
    expect(await configuration.settings('north')).toEqual(own);
    expect(await configuration.settings('south')).toEqual(DEFAULT_SETTINGS);
    expect(await configuration.webhooks('north')).toEqual([]);
  });

  it('is remembered for less than five seconds, each part by itself', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    const get = vi.spyOn(objects, 'get');
    let now = 10_000;
    const configuration = new Configuration(objects, () => now);
    await configuration.settings('north');
    now = 14_999;
    await configuration.settings('north');
    expect(get).toHaveBeenCalledTimes(1);
    await configuration.settings('south');
    expect(get).toHaveBeenCalledTimes(2);
    now = 15_000;
    await configuration.settings('north');
    expect(get).toHaveBeenCalledTimes(3);
    // By a clock of its own where it is given none.
    const own = new Configuration(objects);
    for (let again = 0; again < 2; again += 1) await own.settings('north');
    expect(get).toHaveBeenCalledTimes(4);
  });

  it('is not remembered where it could not be read', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    const configuration = new Configuration(objects, () => 0);
    vi.spyOn(objects, 'get').mockRejectedValueOnce(new Error('no connection'));
    await expect(configuration.settings('north')).rejects.toThrow('no connection');
    expect(await configuration.settings('north')).toEqual(DEFAULT_SETTINGS);
  });
});

describe("a program's settings", () => {
  it.each([0, 1, 900])('let the first eye wait %d s', (pairingWindowSeconds) => {
    const settings = { ...DEFAULT_SETTINGS, pairingWindowSeconds };
    expect(programSettingsSchema.safeParse(settings).success).toBe(true);
  });

  it.each([-1, 0.5, 901])('do not let the first eye wait %d s', (pairingWindowSeconds) => {
    const settings = { ...DEFAULT_SETTINGS, pairingWindowSeconds };
    expect(programSettingsSchema.safeParse(settings).success).toBe(false);
  });

  it.each([
    ['settleSeconds', 0, true],
    ['settleSeconds', 900, true],
    ['settleSeconds', -1, false],
    ['settleSeconds', 901, false],
    ['captureProtocol', 'two-field', true],
    ['captureProtocol', { name: 'own', fields: ['macula', 'other'] }, true],
    ['captureProtocol', 'three-field', false],
    ['captureProtocol', { name: 'own', fields: ['disc'] }, false],
  ])('with %s %j are taken: %s', (name, value, isTaken) => {
    expect(programSettingsSchema.safeParse({ ...DEFAULT_SETTINGS, [name]: value }).success).toBe(isTaken);
  });

  it('of a former release let an exam settle for a minute and ask for one field', () => {
    const { settleSeconds: _, captureProtocol: __, ...former } = DEFAULT_SETTINGS;
    expect(programSettingsSchema.parse(former)).toMatchObject({
      settleSeconds: 60,
      captureProtocol: 'one-field',
    });
  });

  it('wait fifteen minutes unless told', () => {
    expect(DEFAULT_SETTINGS.pairingWindowSeconds).toBe(900);
  });

  it('refuse what they do not know', () => {
    expect(programSettingsSchema.safeParse({ ...DEFAULT_SETTINGS, more: 1 }).success).toBe(false);
  });
});

describe('the register of programs', () => {
  it('lists each once, in the order of names', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    for (const program of ['south', 'north', 'south']) await registerProgram(objects, program);
    expect(await listPrograms(objects, { limit: 10 })).toMatchObject({ items: ['north', 'south'] });
    const first = await listPrograms(objects, { limit: 1 });
    expect(first.items).toEqual(['north']);
    expect((await listPrograms(objects, { limit: 1, cursor: first.cursor })).items).toEqual(['south']);
  });

  it('looks at the store once for each program, and writes once for all time', async () => {
    const calls: string[] = [];
    const present = new Set([`${REGISTER_PREFIX}known`]);
    const store = {
      head: async (key: string) => {
        calls.push(`head ${key}`);
        return present.has(key) ? {} : undefined;
      },
      put: async (key: string, _: unknown, { ifAbsent }: { ifAbsent: boolean }) => {
        calls.push(`put ${key} ${ifAbsent}`);
      },
    } as never;
    for (const program of ['known', 'new', 'known', 'new']) await registerProgram(store, program);
    expect(calls).toEqual([
      'head programs/.register/known',
      'head programs/.register/new',
      'put programs/.register/new true',
    ]);
  });

  it('takes it for registered when another process was faster, and tries again after a fault', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    vi.spyOn(objects, 'head').mockResolvedValueOnce(undefined);
    await objects.put(`${REGISTER_PREFIX}north`, Buffer.from('{}'));
    await expect(registerProgram(objects, 'north')).resolves.toBeUndefined();
    vi.spyOn(objects, 'put').mockRejectedValueOnce(new Error('the disk is full'));
    await expect(registerProgram(objects, 'south')).rejects.toThrow('the disk is full');
    await registerProgram(objects, 'south');
    expect((await listPrograms(objects, { limit: 9 })).items).toEqual(['north', 'south']);
  });
});
