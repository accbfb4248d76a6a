import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { expectSoon, lacksChromium, patience, startChromium, tabTo, type Visit, visit } from './support.ts';

describe.skipIf(lacksChromium)(
  'GraphiQL in Chromium (Debian package chromium)',
  { timeout: patience.test },
  () => {
    let gateway: TestGateway;
    let browser: Browser;
    let visitor: Visit;
    beforeAll(async () => {
      gateway = await startGateway();
      browser = await startChromium();
    }, patience.hook);
    beforeEach(async () => {
      visitor = await visit(browser, `${gateway.url}/graphql`);
      await opened(visitor.page);
    }, patience.hook);
    afterEach(() => visitor?.[Symbol.asyncDispose]());
    afterAll(async () => {
      await browser?.close();
      await gateway?.[Symbol.asyncDispose]();
    });

    test('opens with the example operations as tabs and runs one, asking no other host', async () => {
      const { page } = visitor;
      for (const name of ['Me', 'UpdateUser', 'User', 'Users', 'UsersByEmail'])
        expect(await tab(page, name).count()).toBe(1);
      await run(page);
      await answered(page, 'john.doe@gmail.com');
      expect(visitor.elsewhere).toEqual([]);
      expect(visitor.problems).toEqual([]);
    });

    test('keeps tokens out of the storage of the browser, and queries out of its address', async () => {
      const { page } = visitor;
      await become(page, 'admin@example.com');
      await run(page);
      await answered(page, 'Ada Admin');
      await expectSoon(() => page.evaluate(`localStorage.getItem('graphiql:tabState')`)).not.toBeNull();
      expect(await page.evaluate('JSON.stringify({ ...localStorage, ...sessionStorage })')).not.toContain(
        'Bearer',
      );
      expect(page.url()).toBe(`${gateway.url}/graphql`);
    });

    test('makes its visitor anybody in one step, in every tab', async () => {
      const { page } = visitor;
      await openTab(page, 'Users');
      await run(page);
      await answered(page, 'FORBIDDEN');

      await become(page, 'admin@example.com');
      expect(await subjectOf(page)).toBe('auth0|65a1c0f2b4d3e2a1908f7e01');
      await run(page);
      await answered(page, '"totalCount"');

      await openTab(page, 'Me');
      expect(await shown(page, 'response.json')).not.toContain('totalCount');
      expect(await subjectOf(page)).toBe('auth0|65a1c0f2b4d3e2a1908f7e01');
      await run(page);
      await answered(page, 'Ada Admin');

      await become(page, '');
      await run(page);
      await answered(page, 'UNAUTHENTICATED');
      expect(visitor.problems).toEqual([]);
    });

    test('leaves headers alone that somebody typed', async () => {
      const { page } = visitor;
      const typed = '{ "x-request-id": "typed-by-hand" }';
      await setHeaders(page, typed);
      await openTab(page, 'User');
      await become(page, 'admin@example.com');
      await openTab(page, 'Me');
      expect(await headers(page)).toBe(typed);
    });

    test('updates a user, and shows a refusal', async () => {
      const { page } = visitor;
      await openTab(page, 'UpdateUser');
      await run(page);
      await answered(page, '"Jack"');
      await become(page, 'support@example.com');
      await run(page);
      await answered(page, 'inputFields');
    });

    test('tells the limits of a field where it documents it', async () => {
      const { page } = visitor;
      await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
      await page.getByRole('link', { name: 'UpdateUserInput', exact: true }).first().click();
      const docs = page.locator('.graphiql-doc-explorer');
      await docs.getByText('The given name(s). 1 to 150 characters (Unicode code points).').waitFor();
      for (const limit of [
        'Format strict-uri.',
        'Matches ^\\+[0-9]{1,15}$',
        'At most 10240 bytes of compact JSON',
      ])
        expect(await docs.getByText(limit).count()).toBeGreaterThan(0);
    });

    test('can be used with the keyboard alone', async () => {
      const { page } = visitor;
      await tabTo(page, 'You are');
      await page.keyboard.type('Ada');
      await expectSoon(() => subjectOf(page)).toBe('auth0|65a1c0f2b4d3e2a1908f7e01');
      await tabTo(page, 'Users');
      await page.keyboard.press('Enter');
      await settled(page);
      await tabTo(page, /^Execute query/);
      await page.keyboard.press('Enter');
      await answered(page, '"totalCount"');
      expect(visitor.problems).toEqual([]);
    });

    test('works in front of a tenant, where it can make nobody out of its visitor', async () => {
      await using tenant = await startGateway({ isForeign: true });
      await using stranger = await visit(browser, `${tenant.url}/graphql`);
      await opened(stranger.page);
      expect(await stranger.page.getByLabel('You are').count()).toBe(0);
      await run(stranger.page);
      await answered(stranger.page, 'UNAUTHENTICATED');
      expect(stranger.elsewhere).toEqual([]);
      expect(stranger.problems).toEqual([]);
    });
  },
);

/** Once it has read the schema. */
async function opened(page: Page): Promise<void> {
  await tab(page, 'Me').waitFor();
  await expectSoon(() => page.evaluate<boolean>(`Boolean(${editor('request-headers.json')})`)).toBe(true);
  await settled(page);
}

function tab(page: Page, name: string) {
  return page.getByRole('tab').getByRole('button', { name, exact: true });
}

/** Again where the library was busy and missed it. */
async function openTab(page: Page, name: string): Promise<void> {
  await expectSoon(async () => {
    await tab(page, name).click();
    return page.getByRole('tab', { selected: true }).getByRole('button', { name, exact: true }).count();
  }).toBe(1);
  await settled(page);
}

/**
 * GraphiQL takes note of what its editors show a tenth of a second later. People are slower than that, and tests are not:
 * they would run the operation of the tab before.
 */
async function settled(page: Page): Promise<void> {
  await page.evaluate('new Promise((resolve) => setTimeout(resolve, 500))');
}

async function run(page: Page): Promise<void> {
  await page.getByRole('button', { name: /Execute query/ }).click();
}

async function answered(page: Page, text: string): Promise<void> {
  await expectSoon(() => shown(page, 'response.json')).toContain(text);
}

/** @param email empty: nobody */
async function become(page: Page, email: string): Promise<void> {
  const before = await headers(page);
  await page.getByLabel('You are').selectOption(email);
  await expectSoon(() => headers(page)).not.toBe(before);
}

/** What stands under Headers in the open tab. */
function headers(page: Page): Promise<string> {
  return shown(page, 'request-headers.json');
}

async function setHeaders(page: Page, text: string): Promise<void> {
  await page.evaluate<void>(`${editor('request-headers.json')}.setValue(${JSON.stringify(text)})`);
  await settled(page);
}

/** What stands in an editor of the open tab. */
function shown(page: Page, file: string): Promise<string> {
  return page.evaluate<string>(`${editor(file)}?.getValue() ?? ''`);
}

function editor(file: string): string {
  return `globalThis.monaco?.editor.getModels().find((model) => model.uri.path.endsWith(${JSON.stringify(file)}))`;
}

/** Whose token stands there. */
async function subjectOf(page: Page): Promise<unknown> {
  const payload = /Bearer [^.]+\.([^.]+)/.exec(await headers(page))?.[1] ?? '';
  const claims: unknown = payload && JSON.parse(Buffer.from(payload, 'base64url').toString());
  return typeof claims === 'object' && claims !== null && 'sub' in claims ? claims.sub : null;
}
