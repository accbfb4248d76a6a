import { userFieldNames } from '../schema/index.ts';
import { type Config, readConfig } from './config/config.ts';
import { ConfigError } from './config/fault.ts';

/** EX_CONFIG of sysexits.h. */
const configurationFault = 78;

/** The settings of this process; where they have faults, all of them are told and the process ends. */
export function configOrExit(): Config {
  try {
    return readConfig(process.env, { userFields: userFieldNames() });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(configurationFault);
  }
}
