/** What the log has of an exchange with Auth0: nothing where all is well, else what there is to do about it. */
import pino from 'pino';
import { expect, test } from 'vitest';
import { createEvents } from '../../src/observability/events.ts';

test.for<[string, { endpoint: string; status: number | null; fault: string | null }, string | null]>([
  ['a user that was read', { endpoint: 'users.get', status: 200, fault: null }, null],
  ['a user that there is not', { endpoint: 'users.get', status: 404, fault: null }, null],
  ['no answer', { endpoint: 'users.get', status: null, fault: 'timeout' }, 'trouble with Auth0'],
  [
    'a token that is no longer taken',
    { endpoint: 'users.get', status: 401, fault: null },
    'trouble with Auth0',
  ],
  [
    'a missing scope',
    { endpoint: 'users.update', status: 403, fault: null },
    'see the scopes of its application',
  ],
  ['a wrong secret', { endpoint: 'token', status: 401, fault: null }, 'AUTH0_CLIENT_SECRET'],
  ['a wrong audience', { endpoint: 'token', status: 403, fault: null }, 'AUTH0_AUDIENCE'],
])('%s', ([, exchange, told]) => {
  const lines: { msg: string; durationMs: number }[] = [];
  const log = pino({ base: null }, { write: (line) => void lines.push(JSON.parse(line)) });
  createEvents({ log, metrics: null }).exchange({ ...exchange, method: 'GET', durationMs: 12.345 });
  expect(lines.map(({ durationMs }) => durationMs)).toEqual(told === null ? [] : [12]);
  if (told !== null) expect(lines[0]?.msg).toContain(told);
});
