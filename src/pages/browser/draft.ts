/** What stands in the form, what is to be sent of it, and what the gateway's own rules say about that. */
import type { createUpdateUserInput, UpdateUserInput } from '../../../schema/update-user-input.ts';
import type { ProfileFragment } from './operations/graphql.ts';

export const textFields = ['name', 'nickname', 'givenName', 'familyName', 'picture'] as const;
export type ProfileField = (typeof textFields)[number] | 'userMetadata';

export type Draft = Readonly<Record<ProfileField, string>>;
/** Where something is wrong: `form` for what concerns no single field. */
export type Place = ProfileField | 'form';
export type Faults = ReadonlyMap<Place, readonly string[]>;
export type Rules = ReturnType<typeof createUpdateUserInput>;

/** A user as the form shows them. What is not set is empty. */
export function draftOf(saved: ProfileFragment): Draft {
  const { name, nickname, givenName, familyName, picture, userMetadata } = saved;
  return {
    name: name ?? '',
    nickname: nickname ?? '',
    givenName: givenName ?? '',
    familyName: familyName ?? '',
    picture: picture ?? '',
    userMetadata: JSON.stringify(userMetadata, null, 2),
  };
}

/** Only what differs from what is saved. A text that was emptied becomes `null`, which clears it. */
export function judge(
  draft: Draft,
  saved: ProfileFragment,
  rules: Rules,
): { readonly changes: UpdateUserInput; readonly faults: Faults } {
  const before = draftOf(saved);
  const texts = textFields.filter((name) => draft[name] !== before[name]);
  const metadata = metadataChange(draft.userMetadata, saved.userMetadata);
  const changes: UpdateUserInput = {
    ...Object.fromEntries(texts.map((name) => [name, draft[name] === '' ? null : draft[name]])),
    ...(metadata.patch !== undefined && { userMetadata: metadata.patch }),
  };
  const issues = Object.keys(changes).length > 0 ? rules.safeParse(changes).error?.issues : undefined;
  const faults = faultsOf([
    ...(metadata.fault === undefined ? [] : [['userMetadata', metadata.fault] as const]),
    ...(issues ?? []).map(({ path, message }) => [fieldAt(path), message] as const),
  ]);
  return { changes, faults };
}

export function faultsOf(found: readonly (readonly [place: Place, message: string])[]): Faults {
  const byPlace = Map.groupBy(found, ([place]) => place);
  return new Map([...byPlace].map(([place, group]) => [place, group.map(([, message]) => message)]));
}

/** The field that a path of the rules, or of the server's without `input`, leads into. */
export function fieldAt([first]: readonly PropertyKey[]): Place {
  return isProfileField(first) ? first : 'form';
}

function isProfileField(name: unknown): name is ProfileField {
  return name === 'userMetadata' || textFields.some((field) => field === name);
}

type Json = UpdateUserInput['userMetadata'];

/** Metadata is merged at its first level: a key that is gone is sent as `null`, and an emptied text as `null` for all. */
function metadataChange(text: string, saved: object): { readonly patch?: Json; readonly fault?: string } {
  let wanted: unknown;
  try {
    wanted = text.trim() === '' ? emptied(saved) : JSON.parse(text);
  } catch (error) {
    return { fault: `Expected JSON, but: ${error instanceof Error ? error.message : String(error)}.` };
  }
  // The rules say what is wrong with it.
  if (typeof wanted !== 'object' || wanted === null || Array.isArray(wanted))
    return { patch: wanted as Json };
  if (Object.keys(wanted).length === 0 && Object.keys(saved).length > 0) return { patch: {} };
  const before = new Map(Object.entries(saved));
  const after = new Map(Object.entries(wanted));
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (key) => JSON.stringify(before.get(key)) !== JSON.stringify(after.get(key)),
  );
  if (changed.length === 0) return {};
  return { patch: Object.fromEntries(changed.map((key) => [key, after.get(key) ?? null])) as Json };
}

/** There is nothing to clear where nothing is saved. */
function emptied(saved: object): object | null {
  return Object.keys(saved).length > 0 ? null : saved;
}
