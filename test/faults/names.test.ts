/** Names that are not resolved, or not to where the tenant is. */
import type { LookupFunction } from 'node:net';
import { describe, expect, it } from 'vitest';
import { fault, john, patiently, type Scene, startScene, startSceneWithToken } from '../auth0/support.ts';

const tenant = 'tenant.example';
type Resolution = string | { readonly code: string };

/**
 * A client that reaches its tenant by name, with a token at hand and no connection open. From there on the name is
 * resolved as is told: one after the other, the last for all that follow.
 */
async function startNamedScene(...resolutions: Resolution[]) {
  const asked: string[] = [];
  let hasToken = false;
  const lookup: LookupFunction = (hostname, options, callback) => {
    const turn = Math.min(asked.length, resolutions.length - 1);
    const resolution = (hasToken && resolutions[turn]) || '127.0.0.1';
    if (hasToken) asked.push(hostname);
    if (typeof resolution !== 'string')
      callback(Object.assign(new Error('canary'), resolution), '', undefined);
    else if (options.all) callback(null, [{ address: resolution, family: 4 }]);
    else callback(null, resolution, 4);
  };
  const scene = await startSceneWithToken({ lookup, isNamed: tenant });
  hasToken = true;
  return Object.assign(scene, { asked });
}

const calls: [string, (scene: Scene) => Promise<unknown>][] = [
  ['a read', ({ client }) => client.getUser(john.user_id, patiently())],
  ['an update', ({ client }) => client.updateUser(john.user_id, { name: 'J' }, patiently())],
];

describe.each(['ENOTFOUND', 'EAI_AGAIN'])('a name that is answered %s', (code) => {
  it.each(calls)('twice is no trouble for %s', async (_, call) => {
    await using scene = await startNamedScene({ code }, { code }, '127.0.0.1');
    expect(await call(scene)).toEqual(john);
    expect([scene.asked, scene.requests.length]).toEqual([[tenant, tenant, tenant], 1]);
  });

  it.each(calls)('three times is the end of %s, of which nothing was applied', async (_, call) => {
    await using scene = await startNamedScene({ code });
    expect(await fault(call(scene))).toMatchObject({ code: 'unavailable', outcome: 'not-applied' });
    expect([scene.asked.length, scene.requests.length]).toEqual([3, 0]);
  });
});

it('a tenant that moved is looked for where it is', async () => {
  // Nothing listens at the first address; loopback has many.
  await using scene = await startNamedScene('127.0.0.9', '127.0.0.9', '127.0.0.1');
  expect(await scene.client.getUser(john.user_id, patiently())).toEqual(john);
  expect(scene.asked).toHaveLength(3);
});

it('a connection that is open needs no name', async () => {
  await using scene = await startNamedScene('127.0.0.1', { code: 'ENOTFOUND' });
  for (let times = 0; times < 5; times++)
    expect(await scene.client.getUser(john.user_id, patiently())).toEqual(john);
});

it('a name that is never answered ends within the time to connect', async () => {
  const lookup: LookupFunction = () => {};
  await using scene = await startScene({ lookup, isNamed: tenant });
  expect(await fault(scene.client.getUser(john.user_id, patiently()))).toMatchObject({
    outcome: 'not-applied',
  });
  expect(scene.requests).toEqual([]);
});
