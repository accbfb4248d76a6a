/** What is wrong with an input, rule by rule: zod's issues in the words of the contract. */
import type * as z from 'zod';

export const inputIssueCodes = {
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

export type InputIssueCode = keyof typeof inputIssueCodes;

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
  return typeof code === 'string' && Object.hasOwn(inputIssueCodes, code);
}
