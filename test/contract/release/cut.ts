/** Run by `npm version`: what was unreleased is the release, and later contracts are compared with its own. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { withRelease } from './changelog.ts';

const at = (path: string) => new URL(`../../../${path}`, import.meta.url);
const version = process.env['npm_package_version'];
if (version === undefined) throw new Error('Expected to be run by npm version, which tells the version.');

const changelog = readFileSync(at('CHANGELOG.md'), 'utf8');
writeFileSync(at('CHANGELOG.md'), withRelease(changelog, version, new Date().toISOString().slice(0, 10)));
copyFileSync(at('schema/schema.graphql'), at('schema/released.graphql'));
copyFileSync(at('schema/update-user-input.schema.json'), at('schema/released.schema.json'));
