/** GraphiQL, and with the sandbox a way to become anybody in one step. */
import { element } from './element.ts';
import { signIn } from './gateway.ts';
import { loadLibrary } from './graphiql-library.ts';
import { tabs } from './graphiql-tabs.ts';
import { Identification } from './identification.ts';

const library = loadLibrary();
const person = document.querySelector('#person') && element('#person', HTMLSelectElement);
const first = person ? await headersOf(person.value) : '';
const { graphiql, editors } = await library;

const identification = new Identification(first);
editors.editor.onDidCreateModel((model) => identification.watch(model));
person?.addEventListener('change', () => void become(person.value));

graphiql.renderYogaGraphiQL(element('#root', HTMLDivElement), {
  title: 'Users',
  defaultTabs: tabs,
  headers: first,
  // Tokens stay in the page, and queries out of its address.
  shouldPersistHeaders: false,
  onEditQuery: () => {},
});

async function become(email: string): Promise<void> {
  identification.become(await headersOf(email));
}

async function headersOf(email: string): Promise<string> {
  const status = element('#status', HTMLSpanElement);
  try {
    const headers = email === '' ? {} : { Authorization: `Bearer ${await signIn(email)}` };
    status.textContent = '';
    return JSON.stringify(headers, null, 2);
  } catch (error) {
    status.textContent = error instanceof Error ? error.message : String(error);
    return '{}';
  }
}
