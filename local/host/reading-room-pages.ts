import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Context, Hono } from 'hono';

/** Where the pages are served. */
export const READING_ROOM_PATH = '/reading-room';

/** What `npm run build:reading-room` makes. */
const BUILT = fileURLToPath(new URL('../../reading-room/dist', import.meta.url));

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Nothing from elsewhere, no script or style but the files; `blob:` is how a photograph that was fetched is shown. */
const POLICY = [
  "default-src 'self'",
  "img-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

const NOT_BUILT = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Reading room</title></head><body><main>
<h1>The reading room is not built in this checkout</h1>
<p>Run <code>npm run build:reading-room</code> in its folder, then start <code>retclip local</code> again. The command as it
is packed brings the pages along. The API and every verb of <code>retclip</code> work without them.</p>
<p>Research use only: not for diagnosis.</p>
</main></body></html>
`;

interface Page {
  readonly content: Uint8Array<ArrayBuffer>;
  readonly mediaType: string;
  readonly tag: string;
}

async function readPages(folder: string): Promise<ReadonlyMap<string, Page>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  const pages = files.map(async ({ parentPath, name }) => {
    const file = join(parentPath, name);
    const content = new Uint8Array(await readFile(file));
    const tag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
    const mediaType = MEDIA_TYPES[extname(name)] ?? 'application/octet-stream';
    return [file.slice(folder.length).replaceAll('\\', '/'), { content, mediaType, tag }] as const;
  });
  return new Map(await Promise.all(pages));
}

function answer(context: Context, { content, mediaType, tag }: Page, caching: string): Response {
  const headers = { ...HEADERS, 'cache-control': caching, etag: tag };
  if (context.req.header('if-none-match') === tag) return context.body(null, 304, headers);
  return context.body(content, 200, { ...headers, 'content-type': mediaType });
}

/**
 * Serves the pages of the reading room, read once at the start. Every address below that is none of a file is the one
 * page, which shows what the address names. In a checkout where they were not built, a page says how to.
 *
 * @param folder what was built; that of this checkout or package if left out
 */
export async function addReadingRoomPages(app: Hono, folder: string = BUILT): Promise<void> {
  const pages = await readPages(folder);
  const index = pages.get('/index.html');
  app.get('/', (context) => context.redirect(`${READING_ROOM_PATH}/`));
  app.get(READING_ROOM_PATH, (context) => context.redirect(`${READING_ROOM_PATH}/`));
  app.get(`${READING_ROOM_PATH}/*`, (context) => {
    if (index === undefined) {
      const headers = { ...HEADERS, 'cache-control': 'no-store', 'content-type': MEDIA_TYPES['.html'] ?? '' };
      return context.body(NOT_BUILT, 503, headers);
    }
    const path = context.req.path.slice(READING_ROOM_PATH.length);
    const file = pages.get(path);
    // Names of assets change with their content.
    if (file !== undefined && path.startsWith('/assets/'))
      return answer(context, file, 'public, max-age=31536000, immutable');
    if (path.startsWith('/assets/')) return context.text('There is no such file.', 404, HEADERS);
    return answer(context, file ?? index, 'no-cache');
  });
}
