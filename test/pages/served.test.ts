import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGateway, type TestGateway } from '../support/gateway.ts';

const html = { accept: 'text/html' };

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());

describe.for(['/profile', '/graphql'])('%s', (path) => {
  test('comes with a policy that runs no script but the gateway’s own, and lets nobody frame it', async () => {
    const { headers } = await fetch(`${gateway.url}${path}`, { headers: html });
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    const policy = headers.get('content-security-policy')?.split('; ');
    for (const directive of [
      "default-src 'none'",
      "script-src 'self'",
      "connect-src 'self'",
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ])
      expect(policy).toContain(directive);
  });

  test('holds no script and no style of its own', async () => {
    const page = await (await fetch(`${gateway.url}${path}`, { headers: html })).text();
    expect(page).toContain('</html>');
    expect(page).not.toMatch(/<script(?![^>]* src=)|<style|\sstyle=|\son\w+=/);
  });

  test('is not sent again to who has it', async () => {
    const first = await fetch(`${gateway.url}${path}`, { headers: html });
    const etag = first.headers.get('etag') ?? '';
    const again = await fetch(`${gateway.url}${path}`, { headers: { ...html, 'if-none-match': etag } });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe('');
  });

  test('answers HEAD as GET, without the page', async () => {
    const head = await fetch(`${gateway.url}${path}`, { method: 'HEAD', headers: html });
    expect(head.status).toBe(200);
    expect(head.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await head.text()).toBe('');
  });
});

test('a page can only be read', async () => {
  const response = await fetch(`${gateway.url}/profile`, { method: 'POST' });
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe('GET, HEAD');
});

test.for([
  ['gzip, br', 'gzip'],
  ['br;q=1, GZIP;q=0.5', 'gzip'],
  ['identity', null],
  ['gzip;q=0', null],
])('to a browser that takes %s comes %s', async ([accepted, coding]) => {
  const response = await fetch(`${gateway.url}/pages/profile.css`, {
    headers: { 'accept-encoding': accepted ?? '' },
  });
  expect(response.headers.get('content-encoding')).toBe(coding);
  expect(await response.text()).toContain(':root');
});

test('names of people are text, whatever is in them', async () => {
  const people = [{ user_id: 'auth0|1', email: 'e@example.com', name: '</option><script>alert(1)</script>' }];
  await using odd = await startGateway({
    sandbox: { people: people.map((p) => ({ ...p, identities: [] })) },
  });
  const page = await (await fetch(`${odd.url}/profile`)).text();
  expect(page).toContain('&lt;script&gt;alert(1)');
  expect(page).not.toContain('<script>');
});

describe('in front of a tenant', () => {
  test('there is no page to edit a profile on, and GraphiQL knows nobody', async () => {
    await using tenant = await startGateway({ isForeign: true });
    for (const path of ['/profile', '/pages/profile.js', '/pages/profile.css'])
      expect((await fetch(`${tenant.url}${path}`)).status).toBe(404);
    const page = await (await fetch(`${tenant.url}/graphql`, { headers: html })).text();
    expect(page).toContain('/pages/graphiql.js');
    expect(page).not.toMatch(/You are|john\.doe|\/profile/);
  });

  test('nothing of the pages is served where GraphiQL is off', async () => {
    await using tenant = await startGateway({ isForeign: true, gateway: { graphiql: false } });
    for (const path of ['/pages/graphiql.js', '/pages/graphiql/library.js', '/pages/icon.svg'])
      expect((await fetch(`${tenant.url}${path}`)).status).toBe(404);
    expect((await fetch(`${tenant.url}/graphql`, { headers: html })).status).toBe(406);
  });
});
