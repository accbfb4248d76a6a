/** What is wrong with one setting: the variable to look at, what was expected and what arrived. */
export type Fault = { readonly name: string; readonly message: string };

/** The settings cannot be used. Holds every fault, never only the first, and no secret's value. */
export class ConfigError extends Error {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(
      ['The settings cannot be used:', ...faults.map(({ name, message }) => `  ${name}: ${message}`)].join(
        '\n',
      ),
    );
    this.name = 'ConfigError';
    this.faults = faults;
  }
}
