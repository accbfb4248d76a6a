/** Reads one setting after the other and keeps going: what does not fit is reported, and something stands in. */

import type { Values } from './env.ts';
import type { Fault } from './fault.ts';
import { type DefaultedName, defaultOf, isSecret, type SettingName } from './settings.ts';
import { Misfit, type Parser } from './values.ts';

export type Reader = {
  /** `null`: not set, or reported. */
  optional<T>(name: SettingName, parse: Parser<T>): T | null;
  /** The default where the text was reported. */
  defaulted<T>(name: DefaultedName, parse: Parser<T>): T;
  /** '' where its absence was reported. */
  required(name: SettingName, when: string): string;
  isSet(name: SettingName): boolean;
};

export function createReader(values: Values, report: (fault: Fault) => void): Reader {
  const optional = <T>(name: SettingName, parse: Parser<T>): T | null => {
    const text = values[name];
    // '': a secret that could not be read, and was reported.
    if (text === null || text === '') return null;
    try {
      return parse(text);
    } catch (error) {
      if (!(error instanceof Misfit)) throw error;
      const advice = error.advice === null ? '' : `: ${error.advice}`;
      const got = isSecret(name) ? 'something else' : shown(text);
      report({ name, message: `expected ${error.expected}, got ${got}${advice}` });
      return null;
    }
  };
  return {
    optional,
    defaulted: (name, parse) => optional(name, parse) ?? parse(defaultOf(name)),
    required(name, when) {
      const text = values[name];
      if (text === null) report({ name, message: `expected a value ${when}, got none` });
      return text ?? '';
    },
    isSet: (name) => values[name] !== null,
  };
}

/** Quoted and cut to a line's length. What stands before an @ may be a password. */
function shown(text: string): string {
  const safe = text.replace(/[^/,]*@/g, '…@');
  return JSON.stringify(safe.length > 80 ? `${safe.slice(0, 80)}…` : safe);
}
