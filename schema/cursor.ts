/** A cursor is a position in the list, from 0, and so survives another page size. */

const prefix = 'position:';

export function toCursor(position: number): string {
  return toBase64Url(`${prefix}${position}`);
}

/** The position a cursor stands for; `null` where it is not one of ours. */
export function fromCursor(cursor: string): number | null {
  const digits = /^position:(0|[1-9][0-9]{0,9})$/.exec(fromBase64Url(cursor))?.[1];
  if (digits === undefined) return null;
  const position = Number(digits);
  // What decodes to a position in a spelling of its own was not made here.
  return toCursor(position) === cursor ? position : null;
}

function toBase64Url(text: string): string {
  return Buffer.from(text, 'latin1').toString('base64url');
}

function fromBase64Url(text: string): string {
  return Buffer.from(text, 'base64url').toString('latin1');
}
