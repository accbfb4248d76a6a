import { html } from 'hono/html';

export type Visitors = {
  /** Those one can sign in as. */
  readonly people: readonly { readonly email: string | undefined; readonly name: string | undefined }[];
  /** Who a visitor is at first, by e-mail address. */
  readonly first: string | null;
};

/** The options of a `<select>` of everybody one can become. */
export function personOptions({ people, first }: Visitors) {
  return people.map(({ email, name }) =>
    email === undefined
      ? ''
      : html`<option value="${email}" ${email === first ? 'selected' : ''}>${name && name !== email ? `${name} · ${email}` : email}</option>`,
  );
}
