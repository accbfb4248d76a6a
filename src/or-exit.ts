/** What cannot start says so in a line or two, for whoever started it, and ends with a code of sysexits.h. */
import type { GraphQLSchema } from 'graphql';
import { createSchema, userFieldNames } from '../schema/index.ts';
import { type Config, readConfig } from './config/config.ts';
import { ConfigError } from './config/fault.ts';
import { documentFault } from './graphql/trusted-documents.ts';

/** EX_CONFIG */
const configurationFault = 78;
/** EX_UNAVAILABLE */
const unavailable = 69;

/** The settings of this process; where they have faults, all of them are told. */
export function configOrExit(): Config {
  try {
    let schema: GraphQLSchema | undefined;
    let userFields: readonly string[] | undefined;
    return readConfig(process.env, {
      userFields: () => (userFields ??= userFieldNames()),
      documents: { faultOf: (document) => documentFault((schema ??= createSchema()), document) },
    });
  } catch (error) {
    return exitFor(error);
  }
}

export async function startedOrExit<T>(start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    return exitFor(error);
  }
}

function exitFor(error: unknown): never {
  if (error instanceof ConfigError) exit(error.message, configurationFault);
  if (error instanceof Error && isTaken(error)) exit(error.message, unavailable);
  throw error;
}

function isTaken(error: Error): boolean {
  const { code } = (error.cause ?? error) as NodeJS.ErrnoException;
  return code === 'EADDRINUSE' || code === 'EADDRNOTAVAIL' || code === 'EACCES';
}

function exit(message: string, code: number): never {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}
