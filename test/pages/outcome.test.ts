import { expect, test } from 'vitest';
import { outcomeOf } from '../../src/pages/browser/outcome.ts';

function failed(code: string, facts: object = {}) {
  return outcomeOf({
    data: { updateUser: null },
    errors: [{ message: 'What the gateway says.', extensions: { code, requestId: 'r-1', ...facts } }],
  });
}

test('a write of unknown outcome says how to find out', () => {
  expect(failed('WRITE_OUTCOME_UNKNOWN', { applied: 'UNKNOWN' })).toMatchObject({
    message:
      'What the gateway says. Sign in again to see whether it was saved. (WRITE_OUTCOME_UNKNOWN, request r-1)',
  });
});

test('a failure says when to try again, and the name to ask for it by', () => {
  expect(failed('UPSTREAM_RATE_LIMITED', { applied: 'NO', retryAfterMs: 1_200 })).toMatchObject({
    kind: 'refused',
    message: 'What the gateway says. Try again in 2 s. (UPSTREAM_RATE_LIMITED, request r-1)',
  });
});

test('an issue about the input as a whole is told with the message', () => {
  const issues = [
    { path: ['input'], message: 'Expected at least one field.' },
    { path: ['input', 'userMetadata', 'a.b'], message: 'Expected another key.' },
  ];
  const outcome = outcomeOf({
    data: { updateUser: { __typename: 'InvalidUserInput', message: 'It breaks rules.', issues } },
  });
  expect(outcome).toEqual({
    kind: 'refused',
    message: 'It breaks rules.',
    faults: new Map([
      ['form', ['Expected at least one field.']],
      ['userMetadata', ['Expected another key.']],
    ]),
  });
});

test.for([{}, { data: null }, { data: { updateUser: null } }, { data: { updateUser: null }, errors: [] }])(
  'an answer that says nothing is told as such: %j',
  (answer) => {
    expect(outcomeOf(answer)).toMatchObject({ kind: 'refused', message: expect.stringContaining('without') });
  },
);
