import type { Model } from './graphiql-library.ts';

/**
 * Keeps the Headers of whichever tab is open at who one has become. GraphiQL writes each tab's own headers there when it
 * is opened: those that came from here are replaced, and those that somebody typed stay.
 */
export class Identification {
  #current: string;
  readonly #given: Set<string>;
  #editor: Model | null = null;

  constructor(headers: string) {
    this.#current = headers;
    this.#given = new Set([headers]);
  }

  watch(model: Model): void {
    if (!model.uri.path.endsWith('request-headers.json')) return;
    this.#editor = model;
    // Not amid the change that is being told.
    model.onDidChangeContent(() => queueMicrotask(() => this.#refresh(model)));
  }

  become(headers: string): void {
    this.#current = headers;
    this.#given.add(headers);
    this.#editor?.setValue(headers);
  }

  #refresh(model: Model): void {
    const shown = model.getValue();
    if (shown !== this.#current && this.#given.has(shown)) model.setValue(this.#current);
  }
}
