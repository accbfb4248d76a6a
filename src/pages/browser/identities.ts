import { create } from './element.ts';
import type { ProfileQuery } from './operations/graphql.ts';

type Identity = NonNullable<ProfileQuery['me']>['identities'][number];

/** The accounts one can sign in with, the primary one first. */
export function identitiesCard(identities: readonly Identity[]): HTMLElement {
  return create(
    'section',
    { class: 'card', 'aria-labelledby': 'identities-title' },
    create('h2', { id: 'identities-title' }, 'Linked identities'),
    create('ul', { class: 'identities' }, ...identities.map(item)),
  );
}

function item({ id, provider, connection, isSocial, isPrimary, profile }: Identity): HTMLElement {
  const badges = [isPrimary && 'primary', isSocial && 'social'].filter((badge) => badge !== false);
  const whose = [profile.name, profile.email, profile.phoneNumber].filter(
    (text, place, all) => text && all.indexOf(text) === place,
  );
  return create(
    'li',
    {},
    create('strong', {}, provider),
    ...badges.map((badge) => create('span', { class: 'badge' }, badge)),
    create('div', {}, whose.join(' · ') || 'Tells nothing about the person.'),
    create('div', { class: 'hint' }, `${id} (connection ${connection})`),
  );
}
