// Who may import whom. A folder imports from those listed beside it and from itself; wide libraries enter by one door.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');

const MAY_IMPORT: Record<string, readonly string[]> = {
  core: [],
  wire: ['core'],
  match: ['core'],
  ingest: ['core', 'wire', 'match'],
  authority: ['core', 'match'],
  audit: ['core'],
  config: ['core', 'authority'],
  store: ['core', 'match', 'authority', 'audit'],
  notices: ['core', 'authority', 'store'],
  victims: ['core', 'match', 'authority', 'store'],
  engine: ['core', 'wire', 'match', 'ingest', 'authority', 'audit', 'store', 'notices', 'victims'],
  /** In the browser: of http it knows types alone, of the others what needs no Node; a test below holds both. */
  dashboard: ['http', 'core', 'audit', 'authority'],
  http: ['core', 'authority', 'store', 'engine', 'victims', 'notices', 'audit', 'config'],
  cli: [
    ...[
      'core',
      'wire',
      'match',
      'ingest',
      'authority',
      'config',
      'audit',
      'store',
      'notices',
      'victims',
      'engine',
      'http',
    ],
  ],
  workers: ['core', 'wire', 'match', 'ingest', 'engine', 'notices', 'http'],
};

/** Libraries and built-in modules that only these folders may touch. */
const DOORS: Record<string, readonly string[]> = {
  'better-sqlite3': ['store'],
  'better-sqlite3-13': ['store'],
  piscina: ['http', 'match'],
  'ipaddr.js': ['core'],
  zod: ['authority', 'config', 'http'],
  commander: ['cli'],
  'cli-progress': ['cli'],
  'fast-csv': ['authority', 'ingest'],
  hyparquet: ['ingest'],
  fastify: ['http'],
  preact: ['dashboard'],
  'preact/hooks': ['dashboard'],
  uplot: ['dashboard'],
  pino: ['core'],
  nodemailer: ['notices'],
  'mmdb-lib': ['victims'],
  'node:net': ['http', 'ingest'],
  'node:tls': ['ingest'],
  'node:dgram': ['ingest'],
  'node:http': ['http', 'notices'],
  'node:https': ['notices'],
};

interface Import {
  readonly file: string;
  readonly from: string;
  readonly target: string;
}

function importsBelow(folder: string): Import[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .flatMap((name) => {
      const file = join(folder, name);
      const text = readFileSync(join(ROOT, file), 'utf8');
      return [...text.matchAll(/(?:from\s+|import\(|import\s+)'([^']+)'/g)].map((match) => ({
        file,
        from: areaOf(file),
        target: match[1] as string,
      }));
    });
}

/** What some files load when they run, and what that loads in turn; types are not loaded. */
function loadedBy(first: readonly string[]): { files: string[]; others: string[] } {
  const files = new Set(first);
  const others = new Set<string>();
  for (const file of files) {
    const text = readFileSync(join(ROOT, file), 'utf8').replace(/^import type [^;]+;/gm, '');
    for (const [, target = ''] of text.matchAll(/(?:from\s+|import\(|import\s+)'([^']+)'/g)) {
      const isSource = /^\..*\.tsx?$/.test(target);
      if (isSource) files.add(relative(ROOT, resolve(ROOT, dirname(file), target)));
      else others.add(target);
    }
  }
  return { files: [...files], others: [...others] };
}

function areaOf(file: string): string {
  const [top, area, deeper] = file.split('/');
  if (top !== 'src') return top as string;
  return deeper === undefined ? 'index' : (area as string);
}

const imports = [...importsBelow('src'), ...importsBelow('workers')];

describe('architecture', () => {
  it('imports go one way', () => {
    const wrong = imports
      .filter(({ target, from }) => target.startsWith('.') && from !== 'index')
      .map(({ file, from, target }) => ({
        file,
        from,
        to: areaOf(relative(ROOT, resolve(ROOT, dirname(file), target))),
      }))
      .filter(({ from, to }) => from !== to && !MAY_IMPORT[from]?.includes(to))
      .map(({ file, to }) => `${file} imports ${to}`);
    expect(wrong).toEqual([]);
  });

  it('every folder under src stands in the table', () => {
    const folders = readdirSync(join(ROOT, 'src'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    expect(folders.map((entry) => entry.name).filter((name) => !(name in MAY_IMPORT))).toEqual([]);
  });

  it('wide libraries enter by one door', () => {
    const wrong = imports
      .filter(({ from, target }) => target in DOORS && !DOORS[target]?.includes(from))
      .map(({ file, target }) => `${file} imports ${target}`);
    expect(wrong).toEqual([]);
  });

  it('wire is pure: no built-in module at all', () => {
    const wrong = imports.filter(({ from, target }) => from === 'wire' && !target.startsWith('.'));
    expect(wrong).toEqual([]);
  });

  it('the browser loads nothing that needs Node, and of the server no code', () => {
    const pages = imports.filter(({ from }) => from === 'dashboard').map(({ file }) => file);
    const { files, others } = loadedBy(pages);
    expect(others.filter((target) => target.startsWith('node:'))).toEqual([]);
    expect([...new Set(files.map(areaOf))].sort()).toEqual(['audit', 'authority', 'core', 'dashboard']);
    // Of authority what reasons are called.
    expect(files.filter((file) => areaOf(file) === 'authority')).toEqual([
      expect.stringMatching(/authority.reasons\.ts$/),
    ]);
  });

  it('node-netflowv9 (GPL-2.0, a development oracle) is imported by nothing that ships', () => {
    expect(imports.filter(({ target }) => target === 'node-netflowv9')).toEqual([]);
  });

  it('what tests share hangs on the test that asks: it is loaded once for all of a worker', () => {
    const shared = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      /(?<!\.test)\.ts$/.test(name),
    );
    const hooked = shared.filter((name) =>
      /^(?:before|after)(?:Each|All)\(/m.test(readFileSync(join(ROOT, 'test', name), 'utf8')),
    );
    expect(hooked).toEqual([]);
  });
});
