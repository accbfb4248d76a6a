import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { dockerfileFaults } from './dockerfile.ts';

const text = readFileSync(new URL('../../deploy/Dockerfile', import.meta.url), 'utf8');

test('the Dockerfile has no fault', () => {
  expect(dockerfileFaults(text)).toEqual([]);
});

test.for<[what: string, from: string | RegExp, to: string, told: RegExp]>([
  ['an unknown instruction', 'EXPOSE', 'EXPOSES', /Unknown instruction: EXPOSES/],
  ['an unknown flag', '--from=build', '--form=build', /Unknown flag: form/],
  ['a signal that is none', 'SIGTERM', 'TERMSIG', /Invalid signal/],
  ['a port that is none', 'EXPOSE 4000', 'EXPOSE http:', /Invalid containerPort/],
  ['a base image of no version', 'FROM node:26-slim AS', 'FROM node AS', /FROM node: expected a tag/],
  [
    'the latest base image',
    'FROM node:26-slim AS',
    'FROM node:latest AS',
    /FROM node:latest: expected a tag/,
  ],
  ['a user by name', 'USER 1000:1000', 'USER node', /USER node: expected a number/],
  ['root', 'USER 1000:1000', 'USER 0', /USER 0: expected a number/],
  ['no user', 'USER 1000:1000', '', /USER root: expected a number/],
  ['a download', 'COPY src src', 'ADD https://example.com/src src', /ADD: expected COPY/],
  [
    'a shell at the start',
    /ENTRYPOINT .*/,
    'ENTRYPOINT node gateway.mjs',
    /ENTRYPOINT: expected the exec form/,
  ],
  ['a shell in the health check', /CMD \[.*/, 'CMD node --version', /HEALTHCHECK: expected the exec form/],
])('%s is told', ([, from, to, told]) => {
  const broken = text.replace(from, to);
  expect(broken).not.toBe(text);
  expect(dockerfileFaults(broken).join('\n')).toMatch(told);
});
