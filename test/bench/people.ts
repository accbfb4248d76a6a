/** The users of the bench's tenant, as its Management API tells them: 23 attributes and 2 identities each. */

export const userCount = 1_000;
/** The last of them are those that are updated: of who was lately written, no search is believed. */
const updatedCount = 100;
export const unchangedCount = userCount - updatedCount;

export function updatedIdOf(index: number): string {
  return userIdOf(unchangedCount + (index % updatedCount));
}

export function userIdOf(index: number): string {
  return `auth0|${String(index % userCount).padStart(24, '0')}`;
}

export function wireUserOf(index: number): {
  readonly user_id: string;
  readonly [attribute: string]: unknown;
} {
  const id = userIdOf(index);
  return {
    user_id: id,
    email: `person.${index}@example.com`,
    email_verified: true,
    username: `person${index}`,
    phone_number: `+4989${1_000_000 + index}`,
    phone_verified: false,
    created_at: '2024-02-29T12:00:00.000Z',
    updated_at: '2026-11-01T08:30:00.000Z',
    identities: [
      {
        connection: 'Username-Password-Authentication',
        user_id: id.slice(6),
        provider: 'auth0',
        isSocial: false,
      },
      {
        connection: 'google-oauth2',
        user_id: `10${1_000_000 + index}`,
        provider: 'google-oauth2',
        isSocial: true,
        profileData: {
          email: `person.${index}@gmail.example`,
          email_verified: true,
          name: `Person ${index}`,
          given_name: 'Person',
          family_name: String(index),
          picture: 'https://pictures.example/a.png',
        },
      },
    ],
    app_metadata: { plan: 'gold', roles: ['editor', 'author'], seats: 12 },
    user_metadata: { theme: 'dark', language: 'de', newsletter: true },
    picture: 'https://pictures.example/a.png',
    name: `Person ${index}`,
    nickname: `person.${index}`,
    multifactor: ['guardian'],
    multifactor_last_modified: '2025-01-01T00:00:00.000Z',
    last_ip: '203.0.113.7',
    last_login: '2026-11-02T09:00:00.000Z',
    last_password_reset: '2025-05-05T05:05:05.000Z',
    logins_count: 42,
    blocked: false,
    given_name: 'Person',
    family_name: String(index),
  };
}
