import type { Builder } from './builder.ts';
import { type InputIssue, InvalidUserInput, inputIssueCodes } from './input-issue.ts';
import type { defineUserError } from './user-error.ts';

export function defineInvalidUserInput(builder: Builder, UserError: ReturnType<typeof defineUserError>) {
  const InputIssueCode = builder.enumType('InputIssueCode', {
    description: 'What kind of rule was broken.',
    values: inputIssueCodes,
  });
  const InputIssue = builder.objectRef<InputIssue>('InputIssue').implement({
    description: 'One broken rule.',
    fields: (t) => ({
      path: t.exposeStringList('path', {
        nullable: false,
        description:
          'Where, from the argument on: ["input"] for the whole, ["input", "givenName"] for a field, ["input", "appMetadata", "lastIP"] for a key in it.',
      }),
      code: t.expose('code', {
        type: InputIssueCode,
        nullable: false,
        description: 'What kind of rule was broken.',
      }),
      message: t.exposeString('message', {
        nullable: false,
        description: 'What was expected and what arrived, for people. Never holds a password.',
      }),
      limit: t.exposeInt('limit', {
        nullable: true,
        description: 'The limit in Unicode code points, for TOO_SHORT and TOO_LONG; null for all others.',
      }),
    }),
  });
  return builder.objectType(InvalidUserInput, {
    name: 'InvalidUserInput',
    description: 'The input breaks rules that can be judged without Auth0. Nothing was applied.',
    interfaces: [UserError],
    fields: (t) => ({
      issues: t.expose('issues', {
        type: [InputIssue],
        nullable: false,
        description: 'Every broken rule, all at once.',
      }),
    }),
  });
}
