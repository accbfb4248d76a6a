/** A real browser, and words for what people do in it and see of it. */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);

/** Tests of pages are skipped then. In CI there has to be one. */
export const lacksChromium = executablePath === undefined && process.env['CI'] === undefined;

export async function startChromium(): Promise<Browser> {
  return chromium.launch({
    ...(executablePath && { executablePath }),
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** For a machine that is busy with other things. */
export const patience = { hook: 120_000, test: 120_000, step: 60_000 };

export type Visit = AsyncDisposable & {
  readonly page: Page;
  /** What was asked of other hosts. */
  readonly elsewhere: readonly string[];
  /** What the console calls an error, breaches of the content security policy among it. */
  readonly problems: readonly string[];
};

/** Somebody new to the page, with nothing stored from before. */
export async function visit(
  browser: Browser,
  url: string,
  options: BrowserContextOptions & { readonly before?: (page: Page) => Promise<unknown> } = {},
): Promise<Visit> {
  const { before, ...contextOptions } = options;
  const context = await browser.newContext(contextOptions);
  context.setDefaultTimeout(patience.step);
  const page = await context.newPage();
  const elsewhere: string[] = [];
  const problems: string[] = [];
  page.on('request', (request) => {
    const asked = new URL(request.url());
    if (asked.protocol.startsWith('http') && asked.origin !== new URL(url).origin) elsewhere.push(asked.href);
  });
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  await before?.(page);
  await page.goto(url);
  return { page, elsewhere, problems, [Symbol.asyncDispose]: () => context.close() };
}

/** Presses Tab until the focus is on what is so named. */
export async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate<string>(focusedName);
    if (typeof name === 'string' ? focused === name : name.test(focused)) return;
  }
  throw new Error(`Expected Tab to lead to ${name}.`);
}

/** As a screen reader would call it, as far as these pages go. */
const focusedName = `(() => {
  const focused = document.activeElement;
  return (focused?.labels?.[0]?.textContent ?? focused?.ariaLabel ?? focused?.textContent ?? '').trim();
})()`;

/** Expects something of a value that is still to come. */
export function expectSoon<Value>(read: () => Promise<Value>) {
  return expect.poll(read, { timeout: patience.step });
}

/** Resolves once the status line says so. */
export async function untilStatus(page: Page, text: string | RegExp): Promise<void> {
  await expectSoon(() => page.getByRole('status').textContent()).toMatch(text);
}
