import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import openapiTypes, { type OpenAPI3 } from 'openapi-typescript';
import { createApi } from '../../functions/api/app.ts';
import { openLocalHome } from '../../local/home.ts';

const HEAD = `/**
 * The API as its document tells, made by \`npm run build:reading-room\`: not to be changed by hand.
 */
`;

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The document of the API, as a host serves it. */
async function apiDocument(): Promise<OpenAPI3> {
  const folder = await mkdtemp(join(tmpdir(), 'api-document-'));
  const home = await openLocalHome(folder);
  try {
    const encoder = { encode: () => Promise.reject(new Error('Nothing is searched here.')) };
    const app = createApi({
      home: { ...home, encoder: encoder as never, allowPrivateWebhooks: false },
      authenticate: () => null,
      log: silent,
    });
    return JSON.parse(await (await app.request('/openapi.json')).text());
  } finally {
    await home.close();
    await rm(folder, { recursive: true });
  }
}

/** Types of every route, of what it takes and answers. */
export async function apiTypes(): Promise<string> {
  return `${HEAD}${await openapiTypes(await apiDocument(), { commentHeader: '' })}`;
}
