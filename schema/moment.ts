/** A moment as `DateTime` writes it: RFC 3339, in UTC and to the millisecond, such as 2026-11-23T19:57:00.000Z. */
export type Moment = string;

/** `null`: the text is no date-time of RFC 3339. */
export function toMoment(text: string): Moment | null {
  if (usual.test(text)) return text;
  if (!dateTime.test(text)) return null;
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return null;
  const moment = date.toISOString();
  // In UTC it may be in a year that takes more digits.
  return dateTime.test(moment) ? moment : null;
}

/** Written so already, on a day that every month has: it takes no calendar to tell. */
const usual = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;
const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
