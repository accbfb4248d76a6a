import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGateway, type TestGateway } from '../support/gateway.ts';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);

describe.skipIf(!executablePath)('GraphiQL in Chromium (Debian package chromium)', () => {
  let gateway: TestGateway;
  let browser: Browser;
  beforeAll(async () => {
    gateway = await startGateway();
    browser = await chromium.launch({
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
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await gateway?.[Symbol.asyncDispose]();
  });

  test('opens with the example operations as tabs and runs one, asking no other host', async () => {
    const page = await browser.newPage();
    const elsewhere: string[] = [];
    const problems: string[] = [];
    page.on('request', (request) => {
      const { origin, protocol } = new URL(request.url());
      if (protocol.startsWith('http') && origin !== gateway.url) elsewhere.push(request.url());
    });
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });

    await page.goto(`${gateway.url}/graphql`);
    const tabs = page.getByRole('tab');
    await tabs.filter({ hasText: 'Me' }).first().waitFor();
    for (const name of ['Me', 'UpdateUser', 'User', 'Users', 'UsersByEmail'])
      expect(await tabs.filter({ hasText: new RegExp(`^${name}`) }).count()).toBeGreaterThan(0);

    await page.getByRole('button', { name: /Execute query/ }).click();
    await page.locator('.graphiql-response').getByText('john.doe@gmail.com').first().waitFor();
    expect(elsewhere).toEqual([]);
    expect(problems).toEqual([]);
    expect(await page.evaluate('JSON.stringify(localStorage)')).not.toContain('Bearer');
  }, 60_000);
});
