import { expect, it } from 'vitest';
import { FunctionRun } from '../testing/function-run.ts';
import { createApi } from './app.ts';
import { SCOPES, type Scope } from './caller.ts';
import { jwtCaller } from './jwt-caller.ts';
import { tokenCaller } from './token-caller.ts';

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly scopes: readonly string[] | undefined;
}

interface ApiDocument {
  readonly paths: Readonly<
    Record<string, Record<string, { readonly security?: readonly { readonly bearer?: readonly string[] }[] }>>
  >;
}

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const PUBLIC = ['/health', '/openapi.json'];
/** Tells a caller about their own token alone. */
const FOR_ANY_TOKEN = ['GET /v1/programs', 'GET /v1/caller'];

/** What API Gateway hands over for a JWT that it has verified. */
function verified(claims: Readonly<Record<string, string>>) {
  return { event: { requestContext: { authorizer: { jwt: { claims } } } } };
}

function claimsOf(program: string, scopes: readonly Scope[]): Readonly<Record<string, string>> {
  return { sub: `${program} ${scopes.join(' ')}`, scope: scopes.join(' '), programs: program };
}

async function openApi(run: FunctionRun) {
  const app = createApi({ home: run.home, authenticate: jwtCaller, log });
  const document = (await (await app.request('/openapi.json')).json()) as ApiDocument;
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, { security }]): Operation => ({
        method: method.toUpperCase(),
        path,
        scopes: security?.flatMap(({ bearer }) => bearer ?? []),
      }),
    ),
  );
  return { app, operations };
}

function requestOf({ method, path }: Operation): [string, RequestInit] {
  const address = path.replace('{program}', 'north').replaceAll(/\{\w+\}/g, 'x');
  const hasBody = method === 'POST' || method === 'PUT';
  const headers = { 'content-type': 'application/json' };
  return [address, { method, ...(hasBody ? { body: '{}', headers } : {}) }];
}

const TABLE_HEAD = `# Routes and tokens

Written and checked by \`functions/api/every-route.test.ts\`, which walks the OpenAPI document with every wrong token.

| route | scope needed | no token, or nobody's | another program's, all scopes | the program's, every other scope |
|---|---|---|---|---|`;

function rowOf({ method, path }: Operation, scope: string, ...statuses: readonly string[]): string {
  const [none = '', other = none, lacking = none] = statuses;
  return `| ${method} ${path} | ${scope} | ${none} | ${other} | ${lacking} |`;
}

it('every route of a program says which one scope it needs, and no other token than one with it enters', async () => {
  await using run = await FunctionRun.open();
  const { app, operations } = await openApi(run);
  const table: string[] = [];
  expect(operations.length).toBeGreaterThan(8);

  for (const operation of operations) {
    const { method, path } = operation;
    if (PUBLIC.includes(path)) {
      table.push(rowOf(operation, 'none', 'enters'));
      continue;
    }
    const name = `${method} ${path}`;
    const request = requestOf(operation);
    const status = async (environment: object) => (await app.request(...request, environment)).status;
    expect(await status({}), `${name} without a token`).toBe(401);
    expect(await status(verified({ sub: '' })), `${name} with a token of nobody`).toBe(401);
    if (FOR_ANY_TOKEN.includes(name)) {
      table.push(rowOf(operation, 'any', '401', 'enters', 'enters'));
      continue;
    }
    if (!path.includes('{program}')) {
      const some = await status(verified(claimsOf('north', SCOPES)));
      expect(some, `${name} with a token for one program`).toBe(403);
      const others = SCOPES.filter((scope) => !operation.scopes?.includes(scope));
      expect(await status(verified(claimsOf('*', others))), `${name} without its scope`).toBe(403);
      table.push(rowOf(operation, `${operation.scopes?.join()}, all programs`, '401', '403', '403'));
      continue;
    }

    expect(
      operation.scopes,
      `${name} must declare its scope: createRoute({ …, ...scoped('read') })`,
    ).toHaveLength(1);
    const [needed] = operation.scopes ?? [];
    expect(await status(verified(claimsOf('south', SCOPES))), `${name} with another program`).toBe(403);
    expect(await status(verified(claimsOf('north', []))), `${name} without a scope`).toBe(403);
    const others = SCOPES.filter((scope) => scope !== needed);
    expect(await status(verified(claimsOf('north', others))), `${name} with all but ${needed}`).toBe(403);
    for (const scope of others) {
      expect(await status(verified(claimsOf('north', [scope]))), `${name} with ${scope} alone`).toBe(403);
    }
    const entered = await status(verified(claimsOf('north', [needed as Scope])));
    expect([401, 403, 429], `${name} with ${needed}`).not.toContain(entered);
    expect(entered, `${name} with ${needed}`).toBeLessThan(500);
    table.push(rowOf(operation, `${needed}`, '401', '403', '403'));
  }
  await expect([TABLE_HEAD, ...table, ''].join('\n')).toMatchFileSnapshot('../../docs/routes.md');
});

it('every route refuses a malformed token on one machine', async () => {
  await using run = await FunctionRun.open();
  const { operations } = await openApi(run);
  const app = createApi({ home: run.home, authenticate: tokenCaller('right'), log });
  for (const operation of operations.filter(({ path }) => !PUBLIC.includes(path))) {
    const [address, init] = requestOf(operation);
    for (const authorization of ['', 'Bearer', 'Bearer wrong', 'Basic cmlnaHQ=', 'right']) {
      const { status } = await app.request(address, {
        ...init,
        headers: { ...init.headers, authorization },
      });
      expect(status, `${operation.method} ${operation.path} with "${authorization}"`).toBe(401);
    }
  }
});
