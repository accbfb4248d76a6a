/** `/profile`: sign in as somebody of the sandbox, see their identities, edit their profile. */
import './without-eval.ts';
import { createUpdateUserInput } from '../../../schema/update-user-input.ts';
import { element } from './element.ts';
import { ask, NoAnswer, signIn } from './gateway.ts';
import { identitiesCard } from './identities.ts';
import { ProfileDocument } from './operations/graphql.ts';
import { createProfileForm } from './profile-form.ts';

const rules = createUpdateUserInput({ metadataMaxBytes: Number(document.body.dataset['metadataMaxBytes']) });
const person = element('#person', HTMLSelectElement);
const account = element('#account', HTMLDivElement);
const status = element('#status', HTMLParagraphElement);

element('#sign-in', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  void open(person.value);
});

/** The token is kept by what is on the page, and by nothing else. */
async function open(email: string): Promise<void> {
  say('Signing in …');
  try {
    const token = await signIn(email);
    const { data, errors } = await ask(ProfileDocument, {}, token);
    const me = data?.me;
    if (!me) return say(errors?.[0]?.message ?? 'This token is nobody’s.', 'bad');
    const form = createProfileForm({ rules, token, saved: me, say });
    account.replaceChildren(form.card, identitiesCard(me.identities));
    say(`Signed in as ${me.name || me.id}.`);
    form.title.focus();
  } catch (error) {
    say(error instanceof NoAnswer ? `${error.message} Try again.` : String(error), 'bad');
  }
}

function say(message: string, tone: 'good' | 'bad' = 'good'): void {
  status.dataset['tone'] = tone;
  status.textContent = message;
}
