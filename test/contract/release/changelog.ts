/** What CHANGELOG.md says of the coming release, and how it becomes one. */
const unreleased = '## Unreleased';

/** Coordinates in code spans below Unreleased → Breaking. */
export function announcedBreaks(changelog: string): ReadonlySet<string> {
  const breaking = section(section(changelog, unreleased), '### Breaking');
  return new Set([...breaking.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
}

/** What was unreleased, under the heading of a version. */
export function withRelease(changelog: string, version: string, date: string): string {
  if (!lines(changelog).includes(unreleased))
    throw new Error(`Expected the changelog to have a heading "${unreleased}", but found none.`);
  return lines(changelog)
    .flatMap((line) => (line === unreleased ? [line, '', `## ${version} · ${date}`] : [line]))
    .join('\n');
}

/** The lines below a heading, up to the next of its rank. */
function section(text: string, heading: string): string {
  const [rank = ''] = heading.split(' ');
  const below = lines(text).slice(lines(text).indexOf(heading) + 1);
  if (!lines(text).includes(heading)) return '';
  const end = below.findIndex((line) => line.startsWith(`${rank} `));
  return below.slice(0, end === -1 ? undefined : end).join('\n');
}

function lines(text: string): string[] {
  return text.split('\n');
}
