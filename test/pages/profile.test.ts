/** The whole journey of somebody who edits their own profile, in a real browser. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { updateUserInput } from '../../schema/update-user-input.ts';
import { builtInPeople } from '../../src/sandbox/people.ts';
import { admin, johnId, startGateway, type TestGateway } from '../support/gateway.ts';
import { lacksChromium, patience, startChromium, tabTo, untilStatus, type Visit, visit } from './support.ts';

describe.skipIf(lacksChromium)(
  '/profile in Chromium (Debian package chromium)',
  { timeout: patience.test },
  () => {
    let browser: Browser;
    let gateway: TestGateway;
    let visitor: Visit;
    beforeAll(async () => {
      browser = await startChromium();
    }, patience.hook);
    beforeEach(async () => {
      gateway = await startGateway({ sandbox: { people: [...builtInPeople, gerda] } });
      visitor = await visit(browser, `${gateway.url}/profile`);
    }, patience.hook);
    afterEach(async () => {
      await visitor?.[Symbol.asyncDispose]();
      await gateway?.[Symbol.asyncDispose]();
    });
    afterAll(() => browser?.close());

    /** The bodies of the updates that Auth0 was sent. */
    const sentBySaving = async (page: Page) => {
      gateway.takeUpstreamCalls();
      await page.getByRole('status').evaluate((status) => status.replaceChildren());
      await save(page);
      await untilStatus(page, /^(Saved|Nothing)/);
      return gateway
        .takeUpstreamCalls()
        .filter(({ method }) => method === 'PATCH')
        .map(({ body }) => body);
    };

    test('opens and signs in without an error, asking no other host and storing nothing', async () => {
      const { page } = visitor;
      await signIn(page, 'john.doe@gmail.com');
      await page.getByRole('heading', { name: 'Linked identities' }).waitFor();
      expect(visitor.elsewhere).toEqual([]);
      expect(visitor.problems).toEqual([]);
      expect(
        await page.evaluate('localStorage.length + sessionStorage.length + document.cookie.length'),
      ).toBe(0);
      expect(page.url()).toBe(`${gateway.url}/profile`);
    });

    test('shows every account that one can sign in with', async () => {
      await signIn(visitor.page, 'lena.linked@example.com');
      const items = visitor.page.getByRole('region', { name: 'Linked identities' }).getByRole('listitem');
      expect(await items.count()).toBe(2);
      expect(await items.nth(0).textContent()).toMatch(/auth0primaryLena Linked/);
      expect(await items.nth(1).textContent()).toMatch(/lena\.second@example\.com.*6131c0dc148a95006b32b614/);
    });

    test('tells broken rules while one types, in the words of the rules, and sends nothing then', async () => {
      const { page } = visitor;
      await signIn(page, 'john.doe@gmail.com');
      for (const [label, name, text, value] of [
        ['Nickname', 'nickname', 'x'.repeat(301), 'x'.repeat(301)],
        ['Given name', 'givenName', '𝒳'.repeat(151), '𝒳'.repeat(151)],
        ['Picture', 'picture', 'javascript:alert(1)', 'javascript:alert(1)'],
        ['User metadata', 'userMetadata', '{ "a.b": 1 }', { 'a.b': 1, ...removed }],
        ['User metadata', 'userMetadata', '{}', {}],
        ['User metadata', 'userMetadata', '[]', []],
      ] as const) {
        const rule = updateUserInput.safeParse({ [name]: value }).error?.issues[0]?.message ?? 'nothing';
        await field(page, label).fill(text);
        expect(await fault(page, name)).toContain(rule);
        expect(await field(page, label).getAttribute('aria-invalid')).toBe('true');
      }
      await field(page, 'User metadata').fill('{ "theme": ');
      expect(await fault(page, 'userMetadata')).toMatch(/^Expected JSON/);

      gateway.takeUpstreamCalls();
      await save(page);
      await untilStatus(page, 'Nothing was sent');
      expect(await page.evaluate('document.activeElement.id')).toBe('nickname');
      expect(gateway.takeUpstreamCalls()).toEqual([]);

      await field(page, 'Nickname').fill('𝒳'.repeat(300));
      expect(await fault(page, 'nickname')).toBe('');
      expect(await field(page, 'Nickname').getAttribute('aria-invalid')).toBe('false');
    });

    test('sends only what was changed, and null for what was emptied', async () => {
      const { page } = visitor;
      await signIn(page, gerda.email);
      await field(page, 'Nickname').fill('Gerdi');
      await field(page, 'Family name').fill('');
      await field(page, 'User metadata').fill('{ "language": "de", "size": 2 }');
      expect(await sentBySaving(page)).toEqual([
        { nickname: 'Gerdi', family_name: null, user_metadata: { theme: null, size: 2 } },
      ]);
      expect(await field(page, 'Nickname').inputValue()).toBe('Gerdi');
      expect(await sentBySaving(page)).toEqual([]);

      await field(page, 'User metadata').fill('');
      expect(await sentBySaving(page)).toEqual([{ user_metadata: {} }]);
      const saved = await gateway.restUser(gerda.user_id);
      expect(saved).toMatchObject({ nickname: 'Gerdi', user_metadata: {} });
      expect(saved).not.toHaveProperty('family_name');
    });

    test('says at each field that it is not theirs to change', async () => {
      const { page } = visitor;
      await signIn(page, 'support@example.com');
      await field(page, 'Name').fill('Samuel Support');
      await field(page, 'Picture').fill('https://images.example.com/sam.png');
      await save(page);
      await untilStatus(page, 'FORBIDDEN');
      expect(await fault(page, 'name')).toBe('Not yours to change.');
      expect(await fault(page, 'picture')).toBe('Not yours to change.');
      expect(await fault(page, 'nickname')).toBe('');
      expect(await page.evaluate('document.activeElement.id')).toBe('name');
      expect(visitor.problems).toEqual([]);
    });

    test('shows what the server finds wrong where the page finds nothing', async () => {
      await using lax = await visit(browser, `${gateway.url}/profile`, {
        before: (page) =>
          page.route('**/profile', async (route) => {
            const response = await route.fetch();
            const body = (await response.text()).replace('max-bytes="10240"', 'max-bytes="99999"');
            await route.fulfill({ response, body });
          }),
      });
      await signIn(lax.page, 'john.doe@gmail.com');
      await field(lax.page, 'User metadata').fill(JSON.stringify({ text: 'x'.repeat(10_240) }));
      expect(await fault(lax.page, 'userMetadata')).toBe('');
      await save(lax.page);
      await untilStatus(lax.page, 'The input breaks rules.');
      expect(await fault(lax.page, 'userMetadata')).toContain('Expected at most 10240 bytes of JSON');
    });

    test("shows Auth0's refusal at the field it is about", async () => {
      const { page } = visitor;
      await signIn(page, 'john.doe@gmail.com');
      await field(page, 'Nickname').fill('Jack');
      await field(page, 'Family name').fill('');
      await save(page);
      await untilStatus(page, 'does not let these fields be unset');
      expect(await fault(page, 'familyName')).toBe('Auth0 refuses this.');
      expect(await fault(page, 'nickname')).toBe('');
      expect(await field(page, 'Nickname').inputValue()).toBe('Jack');
      expect(await gateway.restUser(johnId)).toMatchObject({ nickname: 'Johnny', family_name: 'Doe' });
    });

    test('keeps edits apart from what somebody else saved meanwhile', async () => {
      const { page } = visitor;
      await signIn(page, 'john.doe@gmail.com');
      await field(page, 'Given name').fill('Jonathan');
      const meanwhile = `mutation { updateUser(id: "${johnId}", input: { nickname: "JD" }) { __typename } }`;
      await gateway.ask(meanwhile, {}, admin);
      await save(page);
      await untilStatus(page, 'Somebody else changed this profile');
      expect(await field(page, 'Nickname').inputValue()).toBe('JD');
      expect(await field(page, 'Given name').inputValue()).toBe('Jonathan');
      expect(await gateway.restUser(johnId)).toMatchObject({ given_name: 'John', nickname: 'JD' });

      await save(page);
      await untilStatus(page, 'Saved: givenName.');
      expect(await gateway.restUser(johnId)).toMatchObject({ given_name: 'Jonathan', nickname: 'JD' });
    });

    test('does not claim to know what became of a save that nobody answered', async () => {
      const { page } = visitor;
      await signIn(page, 'john.doe@gmail.com');
      await page.route('**/graphql', (route) => route.abort());
      await field(page, 'Nickname').fill('Jack');
      await save(page);
      await untilStatus(page, 'Whether the change was saved is not known');
      expect(await field(page, 'Nickname').inputValue()).toBe('Jack');
    });

    test('can be used with the keyboard alone', async () => {
      const { page } = visitor;
      await tabTo(page, 'Sign in as');
      await page.keyboard.type('John Doe');
      await tabTo(page, 'Sign in');
      await page.keyboard.press('Enter');
      await untilStatus(page, 'Signed in as John Doe.');

      await tabTo(page, 'Picture (address)');
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.type('not an address');
      expect(await described(page)).toContain('Expected an http, https or ftp address');
      expect(await outlined(page)).toBe('solid');
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.type('https://images.example.com/john.png');
      expect(await described(page)).not.toContain('Expected');
      await tabTo(page, 'Save');
      expect(await outlined(page)).toBe('solid');
      await page.keyboard.press('Enter');
      await untilStatus(page, 'Saved: picture.');
      expect(await gateway.restUser(johnId)).toMatchObject({
        picture: 'https://images.example.com/john.png',
      });
      expect(visitor.problems).toEqual([]);
    });
  },
);

/** What of John's metadata is no longer in the text. */
const removed = { language: null, theme: null, addresses: null, newsletters: null };

/** One whose connection lets attributes be unset. */
const gerda = {
  user_id: 'linkedin|7',
  email: 'gerda@example.com',
  nickname: 'gerda',
  family_name: 'Gerstenberg',
  user_metadata: { language: 'de', theme: 'dark' },
  identities: [{ provider: 'linkedin', user_id: '7', connection: 'linkedin', isSocial: true }],
  permissions: ['update:current_user'],
};

function field(page: Page, label: string) {
  return page.getByLabel(label, { exact: label === 'Name' });
}

async function fault(page: Page, name: string): Promise<string> {
  return (await page.locator(`#${name}-fault`).textContent()) ?? '';
}

async function signIn(page: Page, email: string): Promise<void> {
  await page.getByLabel('Sign in as').selectOption(email);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await untilStatus(page, 'Signed in as');
}

async function save(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Save' }).click();
}

/** What is read out with the focused field. */
async function described(page: Page): Promise<string> {
  return page.evaluate(
    `document.activeElement.getAttribute('aria-describedby').split(' ').map((id) => document.getElementById(id).textContent).join(' ')`,
  );
}

function outlined(page: Page): Promise<string> {
  return page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
}
