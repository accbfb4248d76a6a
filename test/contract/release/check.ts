/**
 * Compares the contract with that of the last release. What breaks clients has to be announced: an entry in
 * CHANGELOG.md under Unreleased → Breaking that names what is changed, as in `UpdateUserInput.name`.
 */
import { readFileSync } from 'node:fs';
import { breakingChanges } from './breaking-changes.ts';
import { announcedBreaks } from './changelog.ts';
import { tightenedRules } from './tightened-rules.ts';

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

const announced = announcedBreaks(read('CHANGELOG.md'));
const changes = [
  ...(await breakingChanges(read('schema/released.graphql'), read('schema/schema.graphql'))),
  ...tightenedRules(
    JSON.parse(read('schema/released.schema.json')),
    JSON.parse(read('schema/update-user-input.schema.json')),
  ),
];
const silent = changes.filter(({ coordinate }) => !announced.has(coordinate));

for (const { coordinate, message } of silent)
  console.error(`${coordinate}: ${message} CHANGELOG.md does not say so under Unreleased → Breaking.`);
if (silent.length > 0) process.exitCode = 1;
else
  console.log(`Clients of the last release break in ${changes.length} places, and the changelog names each.`);
