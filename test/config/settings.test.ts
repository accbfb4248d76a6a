import { describe, expect, it } from 'vitest';
import { type Setting, settings } from '../../src/config/settings.ts';
import { configOf } from './support.ts';

const table: readonly Setting[] = settings;

describe('the table of settings', () => {
  it('names each variable once', () => {
    const names = table.map((setting) => setting.name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('holds every variable that is read', () => {
    const read = new Set<string>();
    const watched = new Proxy<Record<string, string | undefined>>(
      {},
      {
        get: (_target, name) => {
          read.add(String(name));
          return undefined;
        },
      },
    );
    configOf(watched);
    const documented = table.flatMap(({ name, secret }) => (secret ? [name, `${name}_FILE`] : [name]));
    expect([...read].toSorted()).toEqual([...documented, 'NODE_TLS_REJECT_UNAUTHORIZED'].toSorted());
  });

  it('states defaults that mean what they say', () => {
    const spelled = Object.fromEntries(table.map((setting) => [setting.name, setting.default]));
    expect(configOf(spelled)).toEqual(configOf({}));
  });
});
