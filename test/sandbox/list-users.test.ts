import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LaggingIndex } from '../../src/sandbox/search/lagging-index.ts';
import { john, person, startTenant, type Tenant, userPath } from './support.ts';

const many = Array.from({ length: 1100 }, (_, index) =>
  person(String(index).padStart(4, '0'), {
    logins_count: index % 7,
    ...(index % 2 === 0 ? { family_name: `F${index % 5}` } : {}),
  }),
);

describe('GET /api/v2/users', () => {
  let tenant: Tenant;
  beforeAll(async () => {
    tenant = await startTenant({ people: many });
  });
  afterAll(() => tenant[Symbol.asyncDispose]());

  const ids = async (query: string) =>
    (await tenant.call('GET', `/users?${query}`)).list.map((user) => user['user_id']);
  const range = (from: number, to: number) => many.slice(from, to).map(({ user_id }) => user_id);

  it('gives fifty users, whole, where nothing is asked for', async () => {
    const { list } = await tenant.call('GET', '/users');
    expect(list).toEqual(many.slice(0, 50));
  });

  it('gives the page that is asked for', async () => {
    expect(await ids('page=3&per_page=7')).toEqual(range(21, 28));
    expect(await ids('page=0&per_page=100')).toEqual(range(0, 100));
    expect(await ids('per_page=0')).toEqual([]);
  });

  it('gives the totals where they are asked for', async () => {
    const { body } = await tenant.call('GET', '/users?page=2&per_page=3&include_totals=true');
    expect(body).toEqual({ start: 6, limit: 3, length: 3, total: 1100, users: many.slice(6, 9) });
  });

  it('gives less on the last page, and then nothing', async () => {
    const q = encodeURIComponent('logins_count:6');
    const { body: last } = await tenant.call('GET', `/users?q=${q}&per_page=100&page=1&include_totals=true`);
    expect(last).toMatchObject({ start: 100, limit: 100, length: 57, total: 157 });
    expect(await ids(`q=${q}&per_page=100&page=2`)).toEqual([]);
  });

  it.each([
    ['page=9&per_page=100', 200],
    ['page=10&per_page=100', 400],
    ['page=19&per_page=50', 200],
    ['page=20', 400],
    ['page=999&per_page=1', 200],
    ['page=1000&per_page=1', 400],
    ['page=1000&per_page=0', 200],
    ['page=14&per_page=67', 400],
  ])('ends after the first thousand users: ?%s is answered with %i', async (query, expected) => {
    const { status, body } = await tenant.call('GET', `/users?${query}`);
    expect(status).toBe(expected);
    if (expected === 400) {
      expect(body).toEqual({
        statusCode: 400,
        error: 'Bad Request',
        message:
          'You can only page through the first 1000 records. See https://auth0.com/docs/users/search/v3/view-search-results-by-page#limitation',
        errorCode: 'invalid_paging',
      });
    }
  });

  it('sorts either way, users without a value last', async () => {
    const families = async (order: string) => {
      const { list } = await tenant.call('GET', `/users?sort=family_name:${order}&per_page=100`);
      return [...new Set(list.map((user) => user['family_name']))];
    };
    expect(await families('1')).toEqual(['F0']);
    expect(await families('-1')).toEqual(['F4']);
    const { list } = await tenant.call('GET', `/users?sort=family_name:-1&q=user_id:auth0\\|000*`);
    expect(list.map((user) => user['family_name'])).toEqual([
      'F4',
      'F3',
      'F2',
      'F1',
      'F0',
      ...Array(5).fill(undefined),
    ]);
  });

  it('sorts numbers as numbers, and keeps the order of equals', async () => {
    const { list } = await tenant.call('GET', `/users?sort=logins_count:-1&per_page=3`);
    expect(list.map((user) => user['user_id'])).toEqual(['auth0|0006', 'auth0|0013', 'auth0|0020']);
  });

  it.each(['name', 'name:2', 'na-me:1', 'app_metadata.plan:1'])('does not sort by %s', async (sort) => {
    const { status, body } = await tenant.call('GET', `/users?sort=${sort}`);
    expect([status, body['errorCode']]).toEqual([400, 'invalid_query_string']);
  });

  it('gives the fields that are asked for, or all but those', async () => {
    const { list: some } = await tenant.call('GET', '/users?per_page=1&fields=user_id,email,blocked');
    expect(some).toEqual([{ user_id: 'auth0|0000', email: '0000@example.com' }]);
    const { list: others } = await tenant.call(
      'GET',
      '/users?per_page=1&fields=user_id,email&include_fields=false',
    );
    const { user_id: _, email: __, ...rest } = many[0] ?? person('none');
    expect(others).toEqual([rest]);
  });

  it('takes what makes no difference here', async () => {
    const query =
      'search_engine=v3&primary_order=false&connection=none&include_fields=false&fields=&per_page=2';
    expect((await tenant.call('GET', `/users?${query}`)).list).toEqual(many.slice(0, 2));
  });
});

describe('the search index', () => {
  it('shows each write after the lag, in the order they came', () => {
    let now = 0;
    const index = new LaggingIndex(1000, () => now);
    const seen = () => [...index.users()].map(({ user_id, name }) => [user_id, name]);
    index.write('auth0|a', person('a', { name: 'one' }));
    now = 400;
    index.write('auth0|a', person('a', { name: 'two' }));
    index.write('auth0|b', person('b', { name: 'b' }));
    now = 800;
    index.write('auth0|b', undefined);
    now = 999;
    expect(seen()).toEqual([]);
    now = 1000;
    expect(seen()).toEqual([['auth0|a', 'one']]);
    now = 1400;
    expect(seen()).toEqual([
      ['auth0|a', 'two'],
      ['auth0|b', 'b'],
    ]);
    now = 1800;
    expect(seen()).toEqual([['auth0|a', 'two']]);
  });

  it('trails writes while everything else sees them at once', async () => {
    await using tenant = await startTenant({ searchLagMs: 2_000 });
    await tenant.call('PATCH', userPath(john), { body: { name: 'Renamed' } });
    expect((await tenant.call('GET', userPath(john))).body['name']).toBe('Renamed');
    const byEmail = await tenant.call('GET', '/users-by-email?email=john.doe@gmail.com');
    expect(byEmail.list[0]?.['name']).toBe('Renamed');
    expect(await tenant.search('name:"Renamed"')).toEqual([]);
    expect(await tenant.search('name:"John Doe"')).toEqual([john]);
    await vi.waitFor(async () => expect(await tenant.search('name:"Renamed"')).toEqual([john]), patience);

    await tenant.call('DELETE', userPath(john));
    expect((await tenant.call('GET', userPath(john))).status).toBe(404);
    expect(await tenant.search('name:"Renamed"')).toEqual([john]);
    await vi.waitFor(async () => expect(await tenant.search('name:"Renamed"')).toEqual([]), patience);
  });

  it('knows those who were there from the start', async () => {
    await using tenant = await startTenant({ searchLagMs: 60_000 });
    expect(await tenant.search('email:"john.doe@gmail.com"')).toEqual([john]);
  });
});

/** Well beyond the lag. */
const patience = { timeout: 10_000, interval: 100 };
