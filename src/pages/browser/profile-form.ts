import {
  type Draft,
  draftOf,
  type Faults,
  judge,
  type ProfileField,
  type Rules,
  textFields,
} from './draft.ts';
import { create } from './element.ts';
import { createField, type Field } from './field.ts';
import { ask, NoAnswer } from './gateway.ts';
import { type ProfileFragment, SaveProfileDocument } from './operations/graphql.ts';
import { type Outcome, outcomeOf } from './outcome.ts';

export type ProfileFormOptions = {
  readonly rules: Rules;
  readonly token: string;
  readonly saved: ProfileFragment;
  readonly say: (message: string, tone?: 'good' | 'bad') => void;
};

const labels: Readonly<Record<ProfileField, string>> = {
  name: 'Name',
  nickname: 'Nickname',
  givenName: 'Given name',
  familyName: 'Family name',
  picture: 'Picture (address)',
  userMetadata: 'User metadata (JSON)',
};
const names: readonly ProfileField[] = [...textFields, 'userMetadata'];

/** Judged by the rules at every keystroke, and by the server when it is sent. */
export function createProfileForm({ rules, token, say, ...given }: ProfileFormOptions) {
  let { saved } = given;
  const fields = new Map<ProfileField, Field>(
    names.map((name) => [
      name,
      createField({
        name,
        label: labels[name],
        hint: rules.shape[name].description ?? '',
        kind: name === 'userMetadata' ? 'lines' : 'line',
      }),
    ]),
  );
  const title = create('h2', { id: 'profile-title', tabindex: '-1' }, saved.email ?? saved.id);
  const save = create('button', { class: 'primary' }, 'Save');
  const undo = create('button', { type: 'button' }, 'Undo my changes');
  const card = create(
    'form',
    { class: 'card', novalidate: '', 'aria-labelledby': 'profile-title' },
    title,
    create('p', { class: 'hint' }, `${saved.id}. An emptied field is cleared; only what you change is sent.`),
    ...[...fields.values()].map(({ row }) => row),
    create('div', { class: 'row' }, save, undo),
  );

  const draft = () =>
    Object.fromEntries([...fields].map(([name, { input }]) => [name, input.value])) as Draft;
  const show = (shown: Draft) => {
    for (const [name, { input }] of fields) input.value = shown[name];
    tell(new Map());
  };
  const tell = (faults: Faults) => {
    for (const [name, field] of fields) field.tell(faults.get(name) ?? []);
  };
  const refuse = (message: string, faults: Faults) => {
    tell(faults);
    say([message, ...(faults.get('form') ?? [])].join(' '), 'bad');
    names
      .map((name) => (faults.has(name) ? fields.get(name) : undefined))
      .find((field) => field !== undefined)
      ?.input.focus();
  };
  const take = (outcome: Outcome) => {
    switch (outcome.kind) {
      case 'saved':
        saved = outcome.user;
        show(draftOf(saved));
        return say(outcome.message);
      case 'conflict':
        show(merged(draft(), draftOf(saved), draftOf(outcome.current)));
        saved = outcome.current;
        return say(outcome.message, 'bad');
      case 'refused':
        return refuse(outcome.message, outcome.faults);
    }
  };
  const send = async () => {
    const { changes, faults } = judge(draft(), saved, rules);
    if (faults.size > 0) return refuse('Nothing was sent: see what is marked.', faults);
    if (Object.keys(changes).length === 0) return say('Nothing has changed, so nothing was sent.');
    save.disabled = true;
    say('Saving …');
    try {
      const variables = { id: saved.id, input: changes, ifUnmodifiedSince: saved.updatedAt };
      take(outcomeOf(await ask(SaveProfileDocument, variables, token)));
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      say(`${error.message} Whether the change was saved is not known: sign in again to see.`, 'bad');
    } finally {
      save.disabled = false;
    }
  };

  card.addEventListener('input', () => tell(judge(draft(), saved, rules).faults));
  card.addEventListener('submit', (event) => {
    event.preventDefault();
    if (!save.disabled) void send();
  });
  undo.addEventListener('click', () => {
    show(draftOf(saved));
    say('Your changes are undone.');
  });
  show(draftOf(saved));
  return { card, title };
}

/** One's own edits, on top of what is saved now. */
function merged(mine: Draft, before: Draft, current: Draft): Draft {
  return Object.fromEntries(
    names.map((name) => [name, mine[name] === before[name] ? current[name] : mine[name]]),
  ) as Draft;
}
