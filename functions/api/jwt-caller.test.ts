import fc from 'fast-check';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { isIdentifier } from '../../core/exams/identifier.ts';
import { REGISTER_PREFIX } from '../../core/programs/program-register.ts';
import { DEFAULT_SETTINGS } from '../../core/programs/program-settings.ts';
import { apiClient } from '../testing/api-client.ts';
import { FunctionRun } from '../testing/function-run.ts';
import { type Caller, SCOPES } from './caller.ts';
import { certainCaller } from './doubtful-programs.ts';
import { jwtCallerOf } from './jwt-caller.ts';

/** A claim as the token carries it. */
type Claim = string | number | boolean | readonly Claim[] | { readonly [name: string]: Claim };

/** What an HTTP API hands over: Go's `fmt.Sprint` of what JSON held. */
function flattened(claim: Claim): string {
  if (Array.isArray(claim)) return `[${claim.map(flattened).join(' ')}]`;
  if (typeof claim !== 'object') return String(claim);
  const entries = Object.entries(claim).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([name, value]) => `${name}:${flattened(value)}`).join(' ')}]`;
}

function callerOf(claims: object, prefixes: readonly string[] = ['', 'retclip/']): Caller {
  const event = { requestContext: { authorizer: { jwt: { claims: { sub: 'anna', ...claims } } } } };
  const caller = jwtCallerOf(prefixes)({ env: { event } } as never);
  if (caller === null) throw new Error('Expected a caller.');
  return caller;
}

/** What a claim gives by its own words, whatever a gateway makes of it. */
function given(claim: Claim): readonly string[] {
  if (Array.isArray(claim)) return claim.filter((item) => typeof item !== 'object').map(String);
  return typeof claim === 'object' ? [] : [String(claim)];
}

const name = fc.constantFrom('north', 'east', 'south', 'north-east', '左眼', 'a.b', 'true', '7');
const spaced = fc.array(name, { minLength: 2, maxLength: 3 }).map((parts) => parts.join(' '));
const odd = fc.constantFrom(
  '',
  '[north',
  'east]',
  ' north',
  'north ',
  'a,south',
  'map[a:b',
  '"north"',
  'x! south',
  '%6eorth',
  'north\teast',
  'north\neast',
);
const item = fc.oneof(
  name,
  spaced,
  odd,
  spaced.map((text) => text.replaceAll(' ', '%20')),
);
const claim: fc.Arbitrary<Claim> = fc.oneof(
  item,
  fc.integer(),
  fc.boolean(),
  fc.array(item, { maxLength: 5 }),
  fc.array(fc.oneof(item, fc.array(item, { maxLength: 3 })), { maxLength: 4 }),
  fc.dictionary(name, fc.oneof(item, fc.array(item, { maxLength: 3 })), { maxKeys: 3 }),
);

const programName = (text: string) => text.replaceAll('%20', ' ').normalize('NFC');

describe('a claim in any form that API Gateway passes on', () => {
  it('opens no program that it does not give', async () => {
    await fc.assert(
      fc.asyncProperty(claim, async (programs) => {
        const names = given(programs).map(programName);
        // Who is given a program with a space in its name is given one that there is.
        const spacedNames = names.filter((text) => text.includes(' ') && isIdentifier(text));
        const known = { formerNames: async () => spacedNames };
        for (const passed of [flattened(programs), ...(Array.isArray(programs) ? [] : [programs])]) {
          if (typeof passed !== 'string') continue;
          const { programs: open } = await certainCaller(callerOf({ programs: passed }), known as never);
          for (const program of open) expect(names, JSON.stringify(programs)).toContain(program);
        }
      }),
      { numRuns: 5_000 },
    );
  });

  it('opens each program that a list of names gives', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.oneof(name, spaced), { maxLength: 6 }), (names) => {
        const items = names.map((text) => text.replaceAll(' ', '%20'));
        expect(callerOf({ programs: flattened(items) }).programs).toEqual(names);
      }),
    );
  });

  it("opens no program by another group's name", () => {
    // Cognito: letters, marks, symbols, numbers, punctuation.
    const group = fc
      .oneof(
        name,
        odd,
        name.map((text) => `program:${text}`),
        fc.string({ unit: 'grapheme-ascii' }),
      )
      .map((text) => text.replaceAll(/[^\p{L}\p{M}\p{S}\p{N}\p{P}]/gu, ''))
      .filter((text) => text !== '');
    fc.assert(
      fc.property(fc.array(group, { maxLength: 5 }), (groups) => {
        const { programs } = callerOf({ 'cognito:groups': flattened(groups) });
        for (const program of programs) expect(groups.map(programName)).toContain(`program:${program}`);
      }),
      { numRuns: 2_000 },
    );
  });

  it('gives no scope of another resource server, and with a pinned prefix none without it', () => {
    const scope = fc.constantFrom(...SCOPES);
    const word = fc.oneof(
      scope,
      scope.map((text) => `retclip/${text}`),
      scope.map((text) => `evil/${text}`),
      scope.map((text) => `evil/retclip/${text}`),
      scope.map((text) => `https://evil.example/${text}`),
      scope.map((text) => `[${text}`),
      scope.map((text) => `RETCLIP/${text}`),
      scope.map((text) => `${text},retclip/${text}`),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (words) => {
        for (const passed of [words.join(' '), flattened(words)]) {
          const pinned = callerOf({ scope: passed }, ['retclip/']).scopes;
          expect(pinned).toEqual(SCOPES.filter((one) => words.includes(`retclip/${one}`)));
          const own = callerOf({ scope: passed }).scopes;
          expect(own).toEqual(
            SCOPES.filter((one) => words.includes(one) || words.includes(`retclip/${one}`)),
          );
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a program whose name has a space, from an earlier release', () => {
  async function withFormer() {
    const run = await FunctionRun.open();
    for (const program of ['north east', 'north', 'east', 'south'])
      await run.home.objects.put(`${REGISTER_PREFIX}${program}`, Buffer.from('{}'));
    const asked = (programs: string) => (program: string) =>
      apiClient(run, callerOf({ programs, scope: 'read admin' })).get(
        `/v1/programs/${encodeURIComponent(program)}/settings`,
      );
    return { run, asked, [Symbol.asyncDispose]: () => run[Symbol.asyncDispose]() };
  }

  it('opens no other program, by a list or by a text', async () => {
    await using former = await withFormer();
    for (const programs of ['[north east]', '[south north east]']) {
      const ask = former.asked(programs);
      for (const program of ['north', 'east']) {
        const { status, body } = await ask(program);
        expect([programs, program, status]).toEqual([programs, program, 403]);
        expect(body.detail).toContain('program "north east"');
        expect(body.detail).toContain('north%20east');
      }
      expect((await ask('north east')).status).toBe(403);
    }
    expect((await former.asked('[south north east]')('south')).status).toBe(200);
    expect((await former.asked('[north south east]')('east')).status).toBe(200);
    expect((await former.asked('north east')('north')).status).toBe(403);
  });

  it('is still read and administered by who is given it', async () => {
    await using former = await withFormer();
    for (const programs of ['north east', '[north%20east south]', '[north%20east]', '*'])
      expect([programs, (await former.asked(programs)('north east')).status]).toEqual([programs, 200]);
    const { put } = apiClient(former.run, callerOf({ programs: 'north east', scope: 'admin' }));
    const { status } = await put('/v1/programs/north%20east/settings', DEFAULT_SETTINGS);
    expect(status).toBe(200);
  });

  it('has no successors', async () => {
    await using run = await FunctionRun.open();
    const { put } = apiClient(run);
    const { status, body } = await put('/v1/programs/north%20west/settings', DEFAULT_SETTINGS);
    expect(status).toBe(400);
    expect(body.detail).toContain('"north-west"');
    await run.upload('left', 'L1', { program: 'north west', patient: 'P1', exam: '1' });
    await run.deliver('intake');
    expect(await run.home.exams.get({ program: 'north west', patient: 'P1', exam: '1' })).toBeUndefined();
    expect(await run.home.queues.intake.deadLetters.depth()).toMatchObject({ visible: 1 });
  });
});

it('takes the pinned prefix from its environment', async () => {
  const { jwtCaller } = await import('./jwt-caller.ts');
  const ask = async () => {
    const app = new Hono().get('/', (context) => context.json(jwtCaller(context)?.scopes));
    const event = {
      requestContext: { authorizer: { jwt: { claims: { sub: 'a', scope: 'read retclip/review' } } } },
    };
    return (await app.request('/', {}, { event })).json();
  };
  expect(await ask()).toEqual(['read', 'review']);
  process.env.RETCLIP_SCOPE_PREFIX = 'retclip/';
  try {
    expect(await ask()).toEqual(['review']);
  } finally {
    delete process.env.RETCLIP_SCOPE_PREFIX;
  }
});
