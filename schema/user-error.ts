import type { Builder } from './builder.ts';

/** What all refusals of an update share. */
export function defineUserError(builder: Builder) {
  return builder.interfaceRef<Error>('UserError').implement({
    description: 'Why an update was not made. Nothing was applied.',
    fields: (t) => ({
      message: t.exposeString('message', { nullable: false, description: 'The reason, for people.' }),
    }),
  });
}
