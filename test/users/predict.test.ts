import { describe, expect, it } from 'vitest';
import type { WirePatch } from '../../src/auth0/wire.ts';
import { predict } from '../../src/users/predict.ts';
import { john } from './support.ts';

const linked = {
  user_id: 'google-oauth2|5',
  email: 'john@gmail.com',
  identities: [
    { provider: 'google-oauth2', user_id: '5', connection: 'google-oauth2', isSocial: true },
    {
      provider: 'auth0',
      user_id: '1',
      connection: 'db',
      profileData: { email: 'john@example.com', name: 'John' },
    },
  ],
};

describe('a prediction', () => {
  it.each<[string, WirePatch, object]>([
    ['replaces an attribute', { given_name: 'Jack', blocked: true }, { given_name: 'Jack', blocked: true }],
    [
      'merges metadata at its first level',
      { user_metadata: { size: 3 } },
      { user_metadata: { colour: 'green', address: { city: 'Paris' }, size: 3 } },
    ],
    [
      'replaces nested metadata whole',
      { user_metadata: { address: { zip: '1' } } },
      { user_metadata: { colour: 'green', address: { zip: '1' } } },
    ],
    [
      'deletes a key with null',
      { user_metadata: { colour: null } },
      { user_metadata: { address: { city: 'Paris' } } },
    ],
    [
      'keeps null inside a nested object',
      { app_metadata: { a: { b: null } } },
      { app_metadata: { plan: 'gold', a: { b: null } } },
    ],
    [
      'clears metadata with {}',
      { user_metadata: {}, app_metadata: {} },
      { user_metadata: {}, app_metadata: {} },
    ],
    ['lower-cases what the database stores', { email: 'New@Example.com' }, { email: 'new@example.com' }],
  ])('%s', (_, patch, changed) => {
    expect(predict(john, patch)).toEqual({ ...john, ...changed });
  });

  it('unsets an attribute with null', () => {
    const { given_name, ...rest } = john;
    expect(predict(john, { given_name: null, nickname: null })).toEqual(rest);
  });

  it('shows nothing of what no read shows', () => {
    const patch = {
      password: 'canary',
      verify_email: true,
      verify_phone_number: true,
      client_id: 'x',
      connection: 'y',
    };
    expect(predict(john, patch)).toEqual(john);
  });

  it('starts metadata that was not there', () => {
    expect(predict({ user_id: 'a|1' }, { app_metadata: { plan: 'gold', none: null } })).toEqual({
      user_id: 'a|1',
      app_metadata: { plan: 'gold' },
    });
  });

  it('gives credentials to the secondary identity of the connection', () => {
    const [primary, secondary] = linked.identities;
    expect(
      predict(linked, { connection: 'db', email: 'Jane@Example.com', email_verified: true, blocked: true }),
    ).toEqual({
      ...linked,
      blocked: true,
      identities: [
        primary,
        { ...secondary, profileData: { email: 'jane@example.com', email_verified: true, name: 'John' } },
      ],
    });
  });

  it('gives them to the user itself where the connection is the primary one', () => {
    expect(predict(linked, { connection: 'google-oauth2', email: 'Jane@Example.com' })).toEqual({
      ...linked,
      email: 'Jane@Example.com',
    });
  });

  it('leaves the user it starts from alone', () => {
    const before = structuredClone(john);
    predict(john, { user_metadata: { colour: null }, name: null });
    expect(john).toEqual(before);
  });
});
