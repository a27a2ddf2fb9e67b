import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Client } from '../../cli/client.ts';
import { findEndpoint } from '../../cli/endpoint.ts';
import { keepTokens, readTokens } from '../../cli/login/stored-tokens.ts';
import { run } from '../../cli/retclip.ts';
import { registerProgram } from '../../core/programs/program-register.ts';
import { createApi } from '../../functions/api/app.ts';
import { OPERATOR } from '../../functions/testing/api-client.ts';
import { FunctionRun } from '../../functions/testing/function-run.ts';
import { type LoopbackServer, serveOnLoopback } from '../../local/host/loopback-server.ts';
import { browse, OwnIssuer, type OwnIssuerOptions } from '../system/own-issuer.ts';

let folder: string;
let functions: FunctionRun;
let server: LoopbackServer;
let issuer: OwnIssuer;
/** Each token that the API was called with, good or not. */
let seen: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'login-'));
  // The issuer warns of what a real one needs.
  for (const name of ['info', 'warn'] as const) vi.spyOn(console, name).mockImplementation(() => undefined);
  vi.stubEnv('XDG_CONFIG_HOME', folder);
  vi.stubEnv('RETCLIP_TOKEN', '');
  vi.stubEnv('RETCLIP_STACK', '');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await server?.stop();
  await functions?.[Symbol.asyncDispose]();
  await issuer?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** The API, which takes the tokens of an issuer of its own. */
async function open(options: OwnIssuerOptions = {}): Promise<void> {
  functions = await FunctionRun.open();
  await registerProgram(functions.home.objects, 'north');
  issuer = await OwnIssuer.open(options);
  seen = [];
  const good = new Set<string>();
  const app = createApi({
    home: functions.home,
    authenticate: ({ req }) => {
      const token = req.header('authorization')?.replace('Bearer ', '') ?? '';
      return good.has(token) ? OPERATOR : null;
    },
    log: { info() {}, warn() {}, error() {} },
  });
  const checked = new Hono();
  checked.use(async (context, next) => {
    const token = context.req.header('authorization')?.replace('Bearer ', '') ?? '';
    seen.push(token);
    if (await issuer.accepts(token)) good.add(token);
    else good.delete(token);
    await next();
  });
  checked.route('/', app);
  server = await serveOnLoopback(checked, 0);
}

/** Runs the command in this process; where it names an address, a browser goes there. */
async function retclip(...words: string[]) {
  const printed = { stdout: '', stderr: '' };
  const pages: Promise<unknown>[] = [];
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      printed[name] += String(text);
      const [, address] = /^Open.*?(http\S+)/.exec(String(text)) ?? [];
      if (address !== undefined) pages.push(browse(address));
      return true;
    }),
  );
  try {
    const code = (await run(words)) ?? 0;
    await Promise.all(pages);
    return { code, ...printed };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

const login = (...more: string[]) =>
  retclip('login', '--stack', 'Clinic', '--endpoint', server.url, '--issuer', issuer.url, ...more);
const asPerson = () => login('--client-id', 'cli');
const client = () => new Client(() => findEndpoint({ stack: 'Clinic' }), 'north');

describe('signing in', () => {
  it('goes by the browser of this machine, and is enough for the commands after it', async () => {
    await open();
    const { code, stdout, stderr } = await asPerson();
    expect([code, stdout]).toEqual([
      0,
      'Signed in to Clinic. It is renewed as long as the issuer lets it.\n',
    ]);
    expect(stderr).toMatch(/code_challenge_method=S256/);
    expect((await client().deadLetters('intake')).items).toEqual([]);
    const again = await retclip('logout', '--stack', 'Clinic');
    expect(again.stdout).toBe('Signed out of Clinic.\n');
    await expect(client().summary()).rejects.toThrow(/retclip login --stack Clinic/);
  });

  it('goes by a code for another machine, where the issuer gives one', async () => {
    await open({ devices: true });
    const { code, stderr } = await asPerson();
    expect(stderr).toMatch(/enter the code [A-Z]{4}-[A-Z]{4}/);
    expect(code).toBe(0);
    expect((await client().deadLetters('intake')).items).toEqual([]);
  }, 30_000);

  it('keeps tokens in a file that only their user can read, and no secret of a machine', async () => {
    await open();
    await writeFile(join(folder, 'secret'), 'secret-of-camera-7\n');
    const { code, stdout } = await login(
      '--client-id',
      'camera-7',
      '--secret-file',
      join(folder, 'secret'),
      '--json',
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ system: 'Clinic', endpoint: server.url, renews: true });
    const kept = join(folder, 'retclip', 'signed-in');
    const [name = ''] = await readdir(kept);
    expect((await stat(join(kept, name))).mode & 0o777).toBe(0o600);
    expect((await stat(kept)).mode & 0o777).toBe(0o700);
    expect(await readFile(join(kept, name), 'utf8')).not.toContain('secret-of-camera-7');
    expect((await client().deadLetters('intake')).items).toEqual([]);
  });

  it.each([
    ['a wrong secret', ['--client-id', 'camera-7', '--secret-file', 'wrong'], 3, /invalid_client/],
    ['a secret of no machine', ['--secret-file', 'wrong'], 2, /--client-id/],
    [
      'an issuer that is not there',
      ['--client-id', 'cli', '--issuer', 'http://127.0.0.1:9'],
      3,
      /127.0.0.1:9.* could not be asked/,
    ],
    ['no address', ['--client-id', 'cli', '--issuer', 'clinic'], 2, /Expected a URL as --issuer/],
  ])('is refused with %s, and keeps nothing', async (_, words, expected, message) => {
    await open();
    await writeFile(join(folder, 'wrong'), 'wrong');
    const given = words.map((word) => (word === 'wrong' ? join(folder, 'wrong') : word));
    const { code, stderr } = await login(...given);
    expect([code, stderr]).toEqual([expected, expect.stringMatching(message)]);
    expect(await readTokens('Clinic')).toBeUndefined();
  });
});

describe('a token', () => {
  it('is renewed before it ends, by the many that need it once', async () => {
    await open({ accessSeconds: 3 });
    await asPerson();
    const first = (await readTokens('Clinic'))?.accessToken;
    await Promise.all([1, 2, 3].map(() => client().deadLetters('intake')));
    expect(new Set(seen)).toEqual(new Set([first]));
    await delay(3_100);
    await Promise.all([1, 2, 3].map(() => client().deadLetters('intake')));
    expect(new Set(seen).size).toBe(2);
    expect((await readTokens('Clinic'))?.accessToken).not.toBe(first);
  }, 20_000);

  it('that is taken back in the middle of an upload is replaced, and the request sent once more', async () => {
    await open();
    await asPerson();
    const going = client();
    await going.deadLetters('intake');
    const [first = ''] = seen;
    issuer.takeBack(first);
    await going.deadLetters('intake');
    expect(seen.slice(0, 2)).toEqual([first, first]);
    expect(seen).toHaveLength(3);
    expect(seen[2]).not.toBe(first);
  });

  it('that the system refuses for good is asked for once more, not for ever', async () => {
    await open();
    await asPerson();
    vi.spyOn(issuer, 'accepts').mockResolvedValue(false);
    await expect(client().deadLetters('intake')).rejects.toThrow(/your sign-in to Clinic/);
    expect(seen).toHaveLength(2);
  });

  it('of a machine is asked for again, without a refresh token', async () => {
    await open();
    await writeFile(join(folder, 'secret'), 'secret-of-camera-7');
    await login('--client-id', 'camera-7', '--secret-file', join(folder, 'secret'));
    const first = await readTokens('Clinic');
    expect(first?.refreshToken).toBeNull();
    issuer.takeBack(first?.accessToken ?? '');
    await client().deadLetters('intake');
    expect(seen).toHaveLength(2);
  });

  it('that cannot be renewed says to sign in again', async () => {
    await open();
    await asPerson();
    const tokens = await readTokens('Clinic');
    const past = '2026-01-01T00:00:00.000Z';
    if (tokens !== undefined) await keepTokens({ ...tokens, refreshToken: 'of long ago', endsAt: past });
    await expect(client().deadLetters('intake')).rejects.toThrow(
      /has ended \(invalid_grant.*retclip login --stack Clinic/,
    );
  });
});
