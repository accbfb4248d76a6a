import { describe, expect, it } from 'vitest';
import { john, json, patiently, startScene } from './support.ts';

const tokens = {
  access_token: 'canary-access',
  access_token_secret: 'canary-access-secret',
  refresh_token: 'canary-refresh',
  id_token: 'canary-id-token',
  expires_in: 3599,
};
const profileData = { email: 'gail@example.com', ...tokens };
const google = { provider: 'google-oauth2', user_id: '1', connection: 'google-oauth2', isSocial: true };
const twitter = { provider: 'twitter', user_id: 2, connection: 'twitter', isSocial: true };
const gail = {
  user_id: 'google-oauth2|1',
  ...tokens,
  identities: [
    { ...google, ...tokens },
    { ...twitter, ...tokens, profileData },
  ],
  user_metadata: { access_token: 'hers' },
};
const withoutTokens = {
  user_id: gail.user_id,
  identities: [google, { ...twitter, user_id: '2', profileData: { email: 'gail@example.com' } }],
  user_metadata: { access_token: 'hers' },
};

describe('provider tokens', () => {
  it('are in no user', async () => {
    await using scene = await startScene();
    const { client } = scene;
    scene.answer(json(gail), json(gail), json([john, gail]), json({ users: [gail, john], total: 2 }));
    expect(await client.getUser(gail.user_id, patiently())).toEqual(withoutTokens);
    expect(await client.updateUser(gail.user_id, {}, patiently())).toEqual(withoutTokens);
    expect(await client.usersByEmail('gail@example.com', patiently())).toEqual([john, withoutTokens]);
    expect(await client.listUsers({ page: 0, perPage: 2 }, patiently())).toEqual({
      users: [withoutTokens, john],
      total: 2,
    });
  });

  it('are in the identities of those who ask for them', async () => {
    await using scene = await startScene();
    scene.answer(json(gail));
    expect(await scene.client.getIdpTokens(gail.user_id, patiently())).toEqual([
      { ...google, ...tokens },
      { ...twitter, ...tokens, user_id: '2', profileData: { email: 'gail@example.com' } },
    ]);
  });

  it.each([undefined, null, {}, 'x', [null, 5, []]])('are none in identities of %j', async (identities) => {
    await using scene = await startScene();
    scene.answer(json({ ...gail, identities }));
    expect(await scene.client.getIdpTokens(gail.user_id, patiently())).toEqual([]);
  });
});
