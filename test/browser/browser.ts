import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The system's Chromium; `null` where there is none. */
export const CHROMIUM = process.env.CHROMIUM ?? BROWSERS.find((path) => existsSync(path)) ?? null;

/** Where pictures of the pages are kept, for people to look at. */
const PICTURES = fileURLToPath(new URL('../../.cache/reading-room', import.meta.url));

/** What a page did that it must not do. */
export interface Watched {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Errors of the page's code, violations of its policy, requests to other origins. */
  readonly faults: string[];
  /** Bodies of every answer of the host that was text, with the address. */
  readonly answers: { readonly url: string; readonly body: string }[];
}

export async function launch(): Promise<Browser> {
  if (CHROMIUM === null) throw new Error('There is no Chromium here.');
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: CHROMIUM, args });
}

/** A page of a browser that nobody has used, watched. */
export async function openPage(browser: Browser, origin: string, language = 'en'): Promise<Watched> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: language,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  // Other tests may have the processor for a while.
  page.setDefaultTimeout(90_000);
  const watched: Watched = { context, page, faults: [], answers: [] };
  page.on('pageerror', (error) => watched.faults.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    watched.faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    // Playwright's own pictures add a style, which the policy refuses as it should.
    if (/Content Security Policy/.test(message.text()) && !/inline style/.test(message.text()))
      watched.faults.push(`policy: ${message.text()}`);
  });
  page.on('request', (request) => {
    const { protocol } = new URL(request.url());
    if (protocol !== 'blob:' && !request.url().startsWith(`${origin}/`))
      watched.faults.push(`elsewhere: ${request.url()}`);
  });
  page.on('response', async (response) => {
    const type = response.headers()['content-type'] ?? '';
    if (!type.includes('json')) return;
    const body = await response.text().catch(() => '');
    watched.answers.push({ url: response.url(), body });
  });
  return watched;
}

export async function signIn(page: Page, origin: string, name: string, passphrase: string): Promise<void> {
  if (!page.url().startsWith(origin)) await page.goto(`${origin}/`);
  await page.getByRole('textbox').first().fill(name);
  await page.locator('input[type=password]').fill(passphrase);
  await page.keyboard.press('Enter');
}

/** Waits until both wells show a photograph, or say why not. */
export async function photographsShown(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    [...document.querySelectorAll('figure')].every(
      (eye) => eye.dataset.shown === 'true' || /No photograph|没有此眼照片/.test(eye.textContent ?? ''),
    ),
  );
}

/** Faults that axe-core finds, by the rules of WCAG 2.0 to 2.2, A and AA. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') };
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations } = await axe.run(document, { runOnly: tags });
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target} ${node.failureSummary}`).join(' | ')}`,
    );
  });
}

/** Keeps a picture of a page. */
export async function picture(page: Page, name: string): Promise<void> {
  await mkdir(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}

/** Waits until something of the system is so. */
export async function until<Value>(
  look: () => Promise<Value>,
  fits: (value: Value) => boolean,
): Promise<Value> {
  const end = performance.now() + 20_000;
  for (;;) {
    const value = await look();
    if (fits(value)) return value;
    if (performance.now() > end) throw new Error(`It stays ${JSON.stringify(value)}.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
