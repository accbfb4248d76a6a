/** What the README tells platform teams to type ends with a query through a router. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';
import { run } from './support.ts';

const shell = promisify(execFile);
const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const [, section = ''] = /\n## In a supergraph\n([\s\S]*?)\n## /.exec(readme) ?? [];
const blocks = (language: string) =>
  [...section.matchAll(/```(\w+)\n([\s\S]*?)```/g)].flatMap(([, of, text = '']) =>
    of === language ? [text] : [],
  );

test('the commands of the README end with the answer that it shows', async () => {
  const [start, router, ask = ''] = blocks('sh');
  expect([start, router]).toEqual(['npm ci && npm start\n', 'npm run router\n']);
  const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const entry = scripts['router']?.replace('exec node ', '') ?? '';

  await using gateway = await startGateway();
  await using process = run(entry, {}, ['--port', '0', '--users', `${gateway.url}/graphql`]);
  const [, url = ''] = await process.untilWritten('stderr', /listens at (http:\S+)\/graphql/);
  const commands = ask
    .replaceAll('http://127.0.0.1:4000', gateway.url)
    .replaceAll('http://127.0.0.1:4020', url);
  const { stdout } = await shell('sh', ['-c', commands]);
  expect(JSON.parse(stdout)).toEqual(JSON.parse(blocks('json')[0] ?? ''));

  process.signal('SIGTERM');
  expect(await process.exited).toBe(0);
});
