import { type Tier, tiers } from './run.ts';
import { type Case, counts, type Finding, schemeNames } from './study.ts';

type Panel = {
  readonly title: string;
  readonly load: Case['load'];
  readonly value: (finding: Finding) => number;
  readonly top: number;
  readonly unit: string;
};

const panels: readonly Panel[] = [
  {
    title: 'Budget used, 125 % asked for',
    load: 'over',
    value: ({ use }) => 100 * use,
    top: 100,
    unit: '%',
  },
  {
    title: 'Calls answered 429, 125 % asked for',
    load: 'over',
    value: ({ refusedByTenant }) => 100 * refusedByTenant,
    top: 60,
    unit: '%',
  },
  {
    title: 'Fairness of callers, 125 % asked for',
    load: 'over',
    value: ({ fairToCallers }) => fairToCallers,
    top: 1,
    unit: '',
  },
  {
    title: 'Operations answered, 50 % asked for',
    load: 'half',
    value: ({ answered }) => 100 * answered,
    top: 100,
    unit: '%',
  },
  {
    title: 'Wait of updates (p99), 50 % asked for',
    load: 'half',
    value: ({ waits }) => (waits.update?.p99 ?? 0) / 1_000,
    top: 10,
    unit: ' s',
  },
];

const rates: Record<Tier, string> = {
  free: '2 calls/s',
  professional: '8.3 reads/s, 3.3 writes/s',
  enterprise: '16 calls/s',
};

const legend: Record<Case['scheme'], string> = {
  alone: 'each replica goes by the whole limit',
  divided: 'each has an n-th of it',
  shared: 'they share it (REDIS_URL)',
};

const plotWidth = 210;
const plotHeight = 84;
const left = 56;
const columnWidth = plotWidth + 54;
const rowHeight = plotHeight + 50;
const above = 74;
const width = left + tiers.length * columnWidth - 24;
const height = above + panels.length * rowHeight + 20;

/** By their names in the style: readable on either ground, and told apart by their dashes without colours. */
const style = `
  svg { font: 11px system-ui, sans-serif }
  .ground { fill: #fff } text { fill: #24292f } path { fill: none; stroke-width: 2; stroke-linejoin: round }
  .grid { stroke: #d0d7de; stroke-width: 1 } .tick { fill: #57606a } .strong { font-weight: 600 }
  .alone { stroke: #bc4c00; stroke-dasharray: 2 3 } .divided { stroke: #8250df; stroke-dasharray: 7 3 } .shared { stroke: #0969da }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117 } text { fill: #e6edf3 } .grid { stroke: #30363d } .tick { fill: #9198a1 }
    .alone { stroke: #f0883e } .divided { stroke: #bc8cff } .shared { stroke: #58a6ff }
  }`;

/** Small pictures of the same kind, a tier a column and a measure a row, as one SVG. */
export function plot(findings: readonly Finding[]): string {
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title">`,
    '<title id="title">One tenant’s budget among 1 to 100 replicas: alone, divided, shared</title>',
    `<style>${style}\n</style>`,
    `<rect class="ground" width="${width}" height="${height}" rx="6"/>`,
    ...schemeNames.flatMap(key),
    ...tiers.flatMap((tier, column) => [
      text(columnAt(column), 52, `${tier}, ${rates[tier]}`, 'strong'),
      text(columnAt(column) + plotWidth / 2, height - 12, 'replicas', 'tick', 'middle'),
      ...panels.flatMap((panel, row) =>
        picture(
          panel,
          findings.filter((finding) => finding.tier === tier),
          column,
          row,
        ),
      ),
    ]),
    '</svg>',
  ];
  return `${lines.join('\n')}\n`;
}

function key(scheme: Case['scheme'], place: number): string[] {
  const at = left + place * columnWidth;
  return [`<path class="${scheme}" d="M${at} 22h28"/>`, text(at + 34, 26, legend[scheme])];
}

function picture(
  { title, load, value, top, unit }: Panel,
  findings: readonly Finding[],
  column: number,
  row: number,
): string[] {
  const x = (replicas: number) =>
    columnAt(column) + (counts.findIndex((count) => count === replicas) * plotWidth) / (counts.length - 1);
  const base = above + row * rowHeight + 20 + plotHeight;
  const y = (amount: number) => base - (Math.min(amount, top) / top) * plotHeight;
  return [
    text(columnAt(column), base - plotHeight - 9, title),
    ...[0, top / 2, top].flatMap((amount) => [
      `<path class="grid" d="M${columnAt(column)} ${point(y(amount))}h${plotWidth}"/>`,
      text(columnAt(column) - 6, y(amount) + 4, `${amount}${unit}`, 'tick', 'end'),
    ]),
    ...counts.map((count) => text(x(count), base + 15, `${count}`, 'tick', 'middle')),
    ...schemeNames.map((scheme) => {
      const points = findings
        .filter((finding) => finding.scheme === scheme && finding.load === load)
        .map((finding) => `${point(x(finding.replicas))} ${point(y(value(finding)))}`);
      return `<path class="${scheme}" d="M${points.join('L')}"/>`;
    }),
  ];
}

function columnAt(column: number): number {
  return left + column * columnWidth;
}

function text(x: number, y: number, words: string, look = '', anchor = 'start'): string {
  return `<text x="${point(x)}" y="${point(y)}" text-anchor="${anchor}"${look && ` class="${look}"`}>${words}</text>`;
}

function point(value: number): string {
  return String(Math.round(value * 10) / 10);
}
