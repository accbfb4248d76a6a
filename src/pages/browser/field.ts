import { create } from './element.ts';

export type FieldOptions = {
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly kind: 'line' | 'lines';
};

export type Field = {
  readonly row: HTMLElement;
  readonly input: HTMLInputElement | HTMLTextAreaElement;
  /** What is wrong with the value; nothing: it is all right. */
  tell(faults: readonly string[]): void;
};

/** A labelled field whose hint and faults are read out with it. */
export function createField({ name, label, hint, kind }: FieldOptions): Field {
  const attributes = {
    id: name,
    name,
    autocomplete: 'off',
    spellcheck: 'false',
    'aria-describedby': `${name}-hint ${name}-fault`,
  };
  const input =
    kind === 'line'
      ? create('input', { ...attributes, type: 'text' })
      : create('textarea', { ...attributes, rows: '8' });
  const fault = create('p', { id: `${name}-fault`, class: 'fault', 'aria-live': 'polite' });
  return {
    row: create(
      'div',
      { class: 'field' },
      create('label', { for: name }, label),
      input,
      create('p', { id: `${name}-hint`, class: 'hint' }, hint),
      fault,
    ),
    input,
    tell(faults) {
      const text = faults.join(' ');
      input.setAttribute('aria-invalid', String(faults.length > 0));
      // A live region that is written again is read out again.
      if (fault.textContent !== text) fault.textContent = text;
    },
  };
}
