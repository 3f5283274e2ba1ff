// The figures as a table for people, as RESULTS.md, and as JSON for comparing two runs.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Figure, meets, ratioOf } from './figure.ts';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What a run was made on and with. */
export interface Circumstances {
  readonly date: string;
  readonly machine: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly seed: number;
  readonly short: boolean;
}

/** What `--json` writes and compare.ts reads. */
export interface Report {
  readonly circumstances: Circumstances;
  readonly figures: readonly (Figure & { readonly ratio: number | null })[];
}

export function circumstances(seed: number, short: boolean): Circumstances {
  const processors = cpus();
  const versions: Record<string, string> = { flowsieve: packageVersion(ROOT), node: process.versions.node };
  for (const name of ['node-netflowv9', 'fast-csv', 'tinybench']) {
    versions[name] = packageVersion(`${ROOT}node_modules/${name}/`);
  }
  const nfdump = spawnSync('nfdump', ['-V'], { encoding: 'utf8' }).stdout?.match(/[\d.]+\d/)?.[0];
  if (nfdump) versions.nfdump = nfdump;
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${processors.length} × ${processors[0]?.model.trim()}, ${Math.round(totalmem() / 1024 ** 3)} GiB, ${type()} ${release()}`,
    versions,
    seed,
    short,
  };
}

const HEADINGS = ['what', 'figure', 'rival', 'ratio', 'target', 'met'];

export function asTable(figures: readonly Figure[], short: boolean): string {
  const rows = [HEADINGS, ...figures.map((figure) => cells(figure, short))];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => (row[column] as string).length)));
  return rows
    .map((row) =>
      row
        .map((cell, n) => cell.padEnd(widths[n] as number))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function asMarkdown(figures: readonly Figure[], about: Circumstances): string {
  const versions = Object.entries(about.versions).map(([name, version]) => `${name} ${version}`);
  const lines = [HEADINGS, HEADINGS.map(() => '---'), ...figures.map((figure) => cells(figure, about.short))];
  return [
    '# Benchmark results',
    '',
    'Made by `npm run bench`; every rival was measured in the same run. Whole processes are timed from outside, medians of',
    'several rounds in turn. "Each further" is the difference between a large input and a small one, which leaves start-up',
    'out; rows that say "whole process" have it in. The inputs are generated from the seed.',
    '',
    `- ${about.date}, ${about.machine}`,
    `- ${versions.join(', ')}`,
    `- seed ${about.seed}`,
    '',
    ...lines.map((row) => `| ${row.join(' | ')} |`),
    '',
  ].join('\n');
}

export function asReport(figures: readonly Figure[], about: Circumstances): Report {
  return { circumstances: about, figures: figures.map((figure) => ({ ...figure, ratio: ratioOf(figure) })) };
}

function cells(figure: Figure, short: boolean): string[] {
  const { what, rival, target, unit } = figure;
  const ratio = ratioOf(figure);
  const met = meets(figure, short);
  return [
    what,
    `${shown(figure.figure)} ${unit}`,
    rival ? `${rival.name}: ${shown(rival.figure)}` : '',
    ratio === null ? '' : `${shown(ratio)} ×`,
    target ? aim(target, unit, short) : '',
    met === null ? '' : met ? 'yes' : 'NO',
  ];
}

function aim(target: NonNullable<Figure['target']>, unit: string, short: boolean): string {
  const suffix = target.of === 'ratio' ? '×' : unit;
  if (target.atMost !== undefined) return `≤ ${short ? (target.short ?? '-') : target.atMost} ${suffix}`;
  if (short && target.short === undefined) return '';
  return `≥ ${short ? target.short : target.atLeast} ${suffix}`;
}

/** Three significant digits. */
function shown(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value.toPrecision(3);
}

function packageVersion(folder: string): string {
  return (JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as { version: string }).version;
}
