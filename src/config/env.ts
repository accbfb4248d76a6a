/** The environment, reduced to the settings: blanks count as unset, secrets may come from files. */

import type { Fault } from './fault.ts';
import { type DefaultedName, type Setting, type SettingName, settings } from './settings.ts';

export type Values = {
  readonly [Name in SettingName]: Name extends DefaultedName ? string : string | null;
};

/** Returns the whole text of a file, or throws. */
export type ReadFile = (path: string) => string;

/**
 * `null`: not set, and no default. A secret that was meant to come but cannot be read is reported and stands as '',
 * so that it is not reported as missing too.
 */
export function readEnv(
  env: Readonly<Record<string, string | undefined>>,
  readFile: ReadFile,
  report: (fault: Fault) => void,
): Values {
  const values = Object.fromEntries(
    settings.map((setting: Setting) => [
      setting.name,
      (setting.secret ? readSecret(setting.name, env, readFile, report) : textOf(env[setting.name])) ??
        setting.default ??
        null,
    ]),
  );
  return values as Values;
}

function readSecret(
  name: string,
  env: Readonly<Record<string, string | undefined>>,
  readFile: ReadFile,
  report: (fault: Fault) => void,
): string | null {
  const text = textOf(env[name]);
  const fileName = `${name}_FILE`;
  const path = textOf(env[fileName]);
  if (path === null) return text;
  if (text !== null) {
    report({ name, message: `expected either ${name} or ${fileName}, got both` });
    return '';
  }
  try {
    const content = textOf(readFile(path));
    if (content !== null) return content;
    report({
      name: fileName,
      message: `expected the path of a file that holds the secret, got an empty file`,
    });
  } catch (error) {
    report({ name: fileName, message: `expected the path of a readable file, got ${describe(error)}` });
  }
  return '';
}

/** Editors and `echo` end a file with a line break; no setting means its outer blanks. */
function textOf(value: string | undefined): string | null {
  return value?.trim() || null;
}

function describe(error: unknown): string {
  return error instanceof Error && 'code' in error
    ? `one that fails with ${String(error.code)}`
    : 'an unreadable one';
}
