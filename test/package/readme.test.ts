/** The README's section for frontends, followed to the letter by a project that has the package installed. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { john, startGateway, type TestGateway } from '../support/gateway.ts';
import { type Consumer, createConsumer } from './consumer.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const section = read('README.md').split('\n## For frontends\n')[1]?.split('\n## ')[0] ?? '';
const files = Object.fromEntries(
  [...section.matchAll(/```tsx?\n\/\/ (\S+)\n(.*?)```/gs)].map(([, path = '', code = '']) => [path, code]),
);

/** What the README's modules export, as far as it is called here. */
type Frontend = {
  readonly save: (
    session: object,
    user: Profile,
    input: object,
    show: (user: Profile) => void,
  ) => Promise<{ __typename: string } | null | undefined>;
  readonly execute: (
    session: object,
    document: object,
    variables: object,
  ) => Promise<{ data: { me: Profile } }>;
  readonly trustedRequest: (session: object, document: object, variables: object) => Request;
  readonly readProfile: { toString(): string };
  readonly rulesOf: (user: Profile) => { safeParse(form: object): { data?: unknown; success: boolean } };
};
type Profile = { readonly [field: string]: unknown };

let consumer: Consumer;
let frontend: Frontend;
let gateway: TestGateway;
beforeAll(async () => {
  [consumer, gateway] = await Promise.all([createConsumer(), startGateway()]);
  await consumer.write(files);
  await consumer.run('graphql-codegen', '--config', 'codegen.ts');
  frontend = await bundled();
}, 120_000);
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await consumer[Symbol.asyncDispose]();
});

test('the README names every export', () => {
  const { exports } = JSON.parse(read('package.json')) as { exports: object };
  expect([...section.matchAll(/^\| `(\.\/.*?)` \|/gm)].map(([, path]) => path)).toEqual(Object.keys(exports));
});

test('every piece of code compiles', async () => {
  expect(Object.keys(files).length).toBeGreaterThan(5);
  const options = { module: 'esnext', moduleResolution: 'bundler', jsx: 'react-jsx' };
  expect(await consumer.typeCheck(options, Object.keys(files))).toBe('');
}, 60_000);

describe('the form', () => {
  const user: Profile = { name: 'John Doe', nickname: null, picture: 'https://example.com/a.png' };
  const untouched = { name: 'John Doe', nickname: '', picture: 'https://example.com/a.png' };

  test.for<[string, object, object | null]>([
    ['sends what changed', { nickname: 'Jack' }, { nickname: 'Jack' }],
    ['sends null for what was emptied', { picture: '' }, { picture: null }],
    ['refuses what the server refuses', { picture: 'javascript:alert(1)' }, null],
    ['refuses to send nothing', {}, null],
  ])('%s', ([, typed, sent]) => {
    const { success, data } = frontend.rulesOf(user).safeParse({ ...untouched, ...typed });
    expect(success ? data : null).toEqual(sent);
  });
});

describe('an update shown before its answer', () => {
  test.for<object>([
    { nickname: 'Jack', name: 'Jack Doe' },
    { userMetadata: { theme: 'dark', nested: { a: 1 } } },
    { userMetadata: { theme: null, nested: { b: 2 } } },
    { userMetadata: null },
  ])('is as the answer says: %j', async (input) => {
    const { outcome, shown } = await save(input);
    expect(outcome).toMatchObject({ __typename: 'UpdateUserSuccess' });
    expect(shown.map(({ updatedAt: _, ...rest }) => rest)).toEqual([unmoved(shown[1]), unmoved(shown[1])]);
  });

  test.for<[string, object, string]>([
    ['by the rules', { nickname: '' }, 'InvalidUserInput'],
    ['by Auth0', { name: null }, 'UpdateRejected'],
  ])('is taken back where it is refused %s', async ([, input, member]) => {
    const before = await me();
    const { outcome, shown } = await save(input);
    expect(outcome).toMatchObject({ __typename: member });
    expect(shown).toEqual([{ ...before, ...input }, before]);
  });

  test('is taken back where it is forbidden', async () => {
    const before = await me();
    const { outcome, shown } = await save({ nickname: 'Forbidden', blocked: true });
    expect(outcome).toBeNull();
    expect(shown.at(-1)).toEqual(before);
  });

  test('gives way to what somebody else has written', async () => {
    const before = await me();
    await save({ nickname: 'First' });
    const { outcome, shown } = await save({ nickname: 'Second' }, before);
    expect(outcome).toMatchObject({ __typename: 'UserConflict' });
    expect(shown.map(({ nickname }) => nickname)).toEqual(['Second', 'First']);
  });

  test('is read again where the connection broke', async () => {
    const before = await me();
    const broken = await brokenOnce();
    const shown: Profile[] = [];
    await frontend.save(broken, before, { nickname: 'Lost' }, (user) => shown.push(user));
    expect(shown).toEqual([{ ...before, nickname: 'Lost' }, before]);
  });
});

test('an update that reaches nobody is not left on the screen', async () => {
  const before = await me();
  const shown: Profile[] = [];
  const nowhere = { url: 'http://127.0.0.1:1/graphql', token: 'none' };
  expect(await frontend.save(nowhere, before, { nickname: 'Lost' }, (user) => shown.push(user))).toBeNull();
  expect(shown).toEqual([{ ...before, nickname: 'Lost' }, before]);
});

test('trusted documents are sent by the key under which the map holds them', async () => {
  const map: { [key: string]: string } = JSON.parse(
    await readFile(join(consumer.folder, 'src/gql/persisted-documents.json'), 'utf8'),
  );
  const request = frontend.trustedRequest(await session(), frontend.readProfile, {});
  const { documentId } = (await request.json()) as { documentId: string };
  expect(map[documentId]).toContain('query ReadProfile');
  expect(documentId).toBe(`sha256:${createHash('sha256').update(`${map[documentId]}`).digest('hex')}`);
});

async function save(input: object, read?: Profile): Promise<{ outcome: unknown; shown: Profile[] }> {
  const shown: Profile[] = [];
  const outcome = await frontend.save(await session(), read ?? (await me()), input, (user) =>
    shown.push(user),
  );
  return { outcome, shown };
}

async function me(): Promise<Profile> {
  const { data } = await frontend.execute(await session(), frontend.readProfile, {});
  return data.me;
}

async function session(): Promise<{ url: string; token: string | null }> {
  return { url: `${gateway.url}/graphql`, token: await gateway.tokenOf(john) };
}

/** A session whose first request finds nobody listening. */
async function brokenOnce(): Promise<object> {
  const { url, token } = await session();
  const urls = ['http://127.0.0.1:1/graphql'];
  return {
    token,
    get url() {
      return urls.pop() ?? url;
    },
  };
}

function unmoved(user: Profile = {}): Profile {
  const { updatedAt: _, ...rest } = user;
  return rest;
}

/** The README's modules as one that Node can load. */
async function bundled(): Promise<Frontend> {
  const modules = ['execute', 'execute-trusted', 'profile', 'profile-form', 'save', 'in-words'];
  await consumer.write({ 'src/all.ts': modules.map((name) => `export * from './${name}';`).join('\n') });
  const build = await rolldown({ cwd: consumer.folder, input: 'src/all.ts', platform: 'node' });
  await build.write({ dir: join(consumer.folder, 'bundle'), format: 'esm' });
  await build.close();
  return import(pathToFileURL(join(consumer.folder, 'bundle/all.js')).href);
}
