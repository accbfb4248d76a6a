import type * as z from 'zod';
import type { Builder } from './builder.ts';
import type { defineUserError } from './user-error.ts';

const codes = {
  TOO_SHORT: { description: 'Fewer Unicode code points than `limit`.' },
  TOO_LONG: { description: 'More Unicode code points than `limit`.' },
  PATTERN: { description: 'The text does not match the pattern of the field.' },
  FORMAT: { description: 'The text is not of the format of the field.' },
  NOT_NULLABLE: { description: 'The field cannot be null.' },
  CONFLICTING_FIELDS: {
    description: 'Auth0 does not update these two fields together; one issue stands at each of them.',
  },
  EMPTY: { description: 'Nothing to update, or a metadata object without keys.' },
  RESERVED_KEY: { description: "A metadata key that is not the caller's to write." },
  TOO_LARGE: { description: 'Metadata over the limit in bytes, levels or values.' },
  INVALID: { description: 'A value that cannot be taken for another reason, which the message says.' },
} as const;

export type InputIssueCode = keyof typeof codes;

export type InputIssue = {
  readonly path: readonly string[];
  readonly code: InputIssueCode;
  readonly message: string;
  readonly limit: number | null;
};

/** The input broke rules: all of them at once. */
export class InvalidUserInput extends Error {
  readonly issues: readonly InputIssue[];

  constructor(error: z.ZodError) {
    super('The input breaks rules. Nothing was sent to Auth0.');
    this.name = 'InvalidUserInput';
    this.issues = error.issues.map(toInputIssue);
  }
}

export function defineInvalidUserInput(builder: Builder, UserError: ReturnType<typeof defineUserError>) {
  const InputIssueCode = builder.enumType('InputIssueCode', {
    description: 'What kind of rule was broken.',
    values: codes,
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

function toInputIssue(issue: z.core.$ZodIssue): InputIssue {
  return {
    path: issue.path.map(String),
    code: codeOf(issue),
    message: issue.message,
    limit:
      issue.code === 'too_small'
        ? Number(issue.minimum)
        : issue.code === 'too_big'
          ? Number(issue.maximum)
          : null,
  };
}

function codeOf(issue: z.core.$ZodIssue): InputIssueCode {
  switch (issue.code) {
    case 'too_small':
      return 'TOO_SHORT';
    case 'too_big':
      return 'TOO_LONG';
    case 'invalid_format':
      return 'PATTERN';
    case 'invalid_type':
      // GraphQL has made sure of the type by the time a rule is asked, so what is left is null.
      return 'NOT_NULLABLE';
    case 'custom': {
      const code: unknown = issue.params?.['code'];
      return isInputIssueCode(code) ? code : 'INVALID';
    }
    default:
      return 'INVALID';
  }
}

function isInputIssueCode(code: unknown): code is InputIssueCode {
  return typeof code === 'string' && Object.hasOwn(codes, code);
}
