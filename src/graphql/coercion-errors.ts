/**
 * Errors about values that do not fit their type. GraphQL's own texts repeat the value, which here may be a password:
 * these say where and what was expected instead.
 */
import {
  type ASTVisitor,
  coerceInputValue,
  type ExecutionArgs,
  GraphQLError,
  getOperationAST,
  isInputType,
  Kind,
  typeFromAST,
  type ValidationContext,
  ValuesOfCorrectTypeRule,
} from 'graphql';

/** `ValuesOfCorrectTypeRule`, whose errors do not repeat a value that stands in the document. */
export function ValuesOfCorrectTypeWithoutEchoRule(context: ValidationContext): ASTVisitor {
  return ValuesOfCorrectTypeRule(
    Object.create(context, {
      reportError: {
        value: (error: GraphQLError) => {
          const [node] = error.nodes ?? [];
          const expected = context.getInputType();
          const message =
            ofUnknownField(error.message, 'Expected') ??
            (expected && !speaksOfNames(error.message)
              ? `Expected a value of type "${String(expected)}".`
              : error.message);
          context.reportError(new GraphQLError(message, { nodes: node ?? null }));
        },
      },
    }),
  );
}

/**
 * What is wrong with the variables of an operation that could not be executed for their sake; [] where they are not
 * to blame.
 */
export function variableErrors(
  { schema, document, operationName, variableValues }: ExecutionArgs,
  { hideSuggestions }: { readonly hideSuggestions: boolean },
): GraphQLError[] {
  const errors: GraphQLError[] = [];
  for (const definition of getOperationAST(document, operationName)?.variableDefinitions ?? []) {
    const name = definition.variable.name.value;
    const type = typeFromAST(schema, definition.type);
    const refuse = (path: readonly (string | number)[], reason: string) => {
      const where = path.length > 0 ? ` at "${place(name, path)}"` : '';
      errors.push(
        new GraphQLError(`Variable "$${name}" does not fit${where}: ${reason}`, {
          nodes: definition,
          extensions: { code: 'BAD_USER_INPUT', http: { status: 400, spec: true } },
        }),
      );
      if (errors.length >= mostErrors) throw new EnoughErrors();
    };
    const isGiven = Object.hasOwn(variableValues ?? {}, name);
    try {
      if (!isInputType(type) || (!isGiven && definition.defaultValue)) continue;
      if (isGiven)
        coerceInputValue(
          variableValues?.[name],
          type,
          (path, _, error) => refuse(path, withoutValue(error.message)),
          hideSuggestions,
        );
      else if (definition.type.kind === Kind.NON_NULL_TYPE)
        refuse([], `a value of type "${String(type)}" is required.`);
    } catch (error) {
      if (error instanceof EnoughErrors) break;
      throw error;
    }
  }
  return errors;
}

/** As many as GraphQL.js itself tells: an input of ten thousand wrong keys is not worth ten thousand answers. */
const mostErrors = 50;
class EnoughErrors extends Error {}

function place(variable: string, path: readonly (string | number)[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}.${key}`),
    variable,
  );
}

function withoutValue(message: string): string {
  if (speaksOfNames(message)) return message;
  const unknown = ofUnknownField(message, 'expected');
  if (unknown !== null) return unknown;
  const [, type] =
    /^(?:Enum )?"?(\w+)"? cannot represent/.exec(message) ?? /in "(\w+)" enum/.exec(message) ?? [];
  return type ? `expected a value of type "${type}".` : 'expected a value of another type.';
}

/** Whether GraphQL's text repeats names of the schema only. */
function speaksOfNames(message: string): boolean {
  return /^(Field "[\w.]*" of required type|Expected (non-nullable )?type) "[^"]*" /.test(message);
}

/** A name that is no field's may be a value in the wrong place. Those that are suggested are the schema's. */
function ofUnknownField(message: string, verb: 'Expected' | 'expected'): string | null {
  const [, type, suggestion = ''] =
    /^Field "[\s\S]*" is not defined by type "(\w+)"\.( Did you mean [\w", ]+\?)?$/.exec(message) ?? [];
  return type === undefined ? null : `${verb} a field of "${type}".${suggestion}`;
}
