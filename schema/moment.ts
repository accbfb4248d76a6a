/** A moment as `DateTime` writes it: RFC 3339, in UTC and to the millisecond, such as 2026-11-23T19:57:00.000Z. */
export type Moment = string;

/** `null`: the text is no date-time of RFC 3339. */
export function toMoment(text: string): Moment | null {
  if (written.test(text) && (!text.startsWith('02-29', 5) || isLeap(Number(text.slice(0, 4))))) return text;
  if (!dateTime.test(text)) return null;
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return null;
  const moment = date.toISOString();
  // In UTC it may be in a year that takes more digits.
  return dateTime.test(moment) ? moment : null;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** As it is told, on a day of the calendar, which Auth0's are: a `Date` takes ten times as long to find out. */
const written =
  /^\d{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2\d)|(?:0[13-9]|1[0-2])-30|(?:0[13578]|1[02])-31)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;
const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
