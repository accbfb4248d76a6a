import { NoSchemaIntrospectionCustomRule, ValuesOfCorrectTypeRule } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { ValuesOfCorrectTypeWithoutEchoRule } from './coercion-errors.ts';
import { OneUpdateRule } from './one-update-rule.ts';

/** The rules of validation beyond those of the specification. */
export function useValidationRules({ introspection }: { readonly introspection: boolean }): Plugin {
  return {
    onValidate({ addValidationRule, params, setValidationFn, validateFn }) {
      addValidationRule(OneUpdateRule);
      if (!introspection) addValidationRule(NoSchemaIntrospectionCustomRule);
      setValidationFn((schema, document, rules, options, typeInfo) =>
        validateFn(
          schema,
          document,
          (rules ?? params.rules ?? []).map((rule: unknown) =>
            rule === ValuesOfCorrectTypeRule ? ValuesOfCorrectTypeWithoutEchoRule : rule,
          ),
          // Suggestions would spell out, name by name, what introspection does not tell.
          { ...options, hideSuggestions: !introspection },
          typeInfo,
        ),
      );
    },
  };
}
