import { describe, expect, it } from 'vitest';
import { answerHealth } from '../../src/http/health.ts';

const ask = (method: string, path: string, reasons: readonly string[] = []) =>
  answerHealth(new Request(`http://localhost${path}`, { method }), () => reasons);

describe('/livez', () => {
  it('is 200 while the process runs, ready or not', async () => {
    const response = ask('GET', '/livez', ['draining']);
    expect(response?.status).toBe(200);
    expect(await response?.json()).toEqual({ status: 'alive' });
  });
});

describe('/readyz', () => {
  it('is 200 where nothing speaks against it', async () => {
    const response = ask('GET', '/readyz?verbose');
    expect(response?.status).toBe(200);
    expect(await response?.json()).toEqual({ status: 'ready' });
  });

  it('is 503 with every reason', async () => {
    const response = ask('GET', '/readyz', ['no token yet', 'draining']);
    expect(response?.status).toBe(503);
    expect(await response?.json()).toEqual({ status: 'not ready', reasons: ['no token yet', 'draining'] });
  });
});

describe.each(['/livez', '/readyz'])('%s', (path) => {
  it('answers HEAD like GET, without a body', async () => {
    const reasons = ['draining'];
    const [head, get] = [ask('HEAD', path, reasons), ask('GET', path, reasons)];
    expect(head?.status).toBe(get?.status);
    expect([...(head?.headers ?? [])]).toEqual([...(get?.headers ?? [])]);
    expect(await head?.text()).toBe('');
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('refuses %s and names what it takes', (method) => {
    const response = ask(method, path);
    expect([response?.status, response?.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it.each(['GET', 'POST'])('is never stored by a cache after %s', (method) => {
    expect(ask(method, path)?.headers.get('cache-control')).toBe('no-store');
  });
});

it.each(['/', '/graphql', '/readyz/', '/livez2', '/LIVEZ'])('leaves %s to others', (path) => {
  expect(ask('GET', path)).toBeNull();
});
