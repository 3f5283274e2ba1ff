// What people wait for: lists of the API and the dashboard's first page, with many indicators and matches behind them.
import { copyFileSync, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { openDatabase } from '../src/store/database.ts';
import { makeList, publicAddresses } from './addresses.ts';
import { ApiClient } from './api-client.ts';
import { type FlowSieve, flowsieve } from './contender.ts';
import type { Figure } from './figure.ts';
import { freePort } from './live-process.ts';
import { median, run } from './process.ts';
import type { Conditions, Row } from './row.ts';
import { writeVictimsDatabase } from './victims-database.ts';

const CHROMIUM = '/usr/bin/chromium';
const AGGREGATE = fileURLToPath(new URL('./victims-process.js', import.meta.url));
const PURPOSE = 'purpose=bench';
/** Each list as the dashboard asks for it: filtered, sorted, searched. */
const LISTS: Readonly<Record<string, readonly string[]>> = {
  indicators: [
    '/api/indicators',
    '/api/indicators?state=active&sort=dueMs&order=desc',
    '/api/indicators?q=12',
    '/api/indicators?due=1&sort=dueMs',
  ],
  victims: [`/api/victims?${PURPOSE}`, `/api/victims?${PURPOSE}&class=E2`],
  matches: [`/api/matches?${PURPOSE}`],
  ledger: ['/api/ledger?by=operator', '/api/ledger?by=day'],
  'audit log': ['/api/audit/events?order=desc', '/api/audit/events'],
};

export const api: Row = {
  name: 'api',
  async measure(conditions) {
    const { short, workspace, seed } = conditions;
    const [indicators, matches] = short ? [10_000, 50_000] : [100_000, 1_000_000];
    const list = makeList(workspace, publicAddresses(indicators as number, seed));
    const name = `dashboard-${matches}.db`;
    const database = workspace.input(name, (matches as number) * 400, (path) => {
      copyFileSync(list.database, path);
      writeVictimsDatabase(path, matches as number, seed, someIndicators(path));
      run(process.execPath, [AGGREGATE, 'aggregate', path]);
    });
    const behind = `${words(indicators as number)} indicators and ${words(matches as number)} matches`;
    const daemon = await flowsieve(workspace, { database }, await freePort());
    const client = new ApiClient(daemon.http);
    try {
      await client.whenReady('/readyz');
      await client.whenReady('/api/indicators');
      return [
        ...(await listFigures(client, behind, short ? 40 : 300)),
        await firstLoad(client),
        ...(await interactive(conditions, daemon, behind)),
      ];
    } finally {
      client.close();
      await daemon.stop();
      workspace.discard(name);
    }
  },
};

async function listFigures(client: ApiClient, behind: string, times: number): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [name, paths] of Object.entries(LISTS)) {
    const measured = (await client.times(paths, times)).sort((a, b) => a - b);
    figures.push({
      name: `api/${name.replace(' ', '-')}`,
      what: `API, ${name}, 100 rows of ${behind}, p99`,
      figure: measured[Math.ceil(measured.length * 0.99) - 1] as number,
      unit: 'ms',
      rival: null,
      target: { of: 'figure', atMost: 100, short: 1_000 },
    });
  }
  return figures;
}

/** All that the first page needs, as a browser asks for it. */
async function firstLoad(client: ApiClient): Promise<Figure> {
  const encoding = { 'accept-encoding': 'gzip' };
  const page = await client.get('/');
  const assets = [...page.body.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(
    ([, path]) => path as string,
  );
  let octets = (await client.get('/', encoding)).octets;
  for (const path of assets) octets += (await client.get(path, encoding)).octets;
  return {
    name: 'api/first-load',
    what: `dashboard, first load: page and ${assets.length} assets, gzip`,
    figure: octets / 1000,
    unit: 'kB',
    rival: null,
    target: { of: 'figure', atMost: 150, short: 150 },
  };
}

/** From asking for the page of indicators until its first row can be read and followed. */
async function interactive({ rounds }: Conditions, { http }: FlowSieve, behind: string): Promise<Figure[]> {
  if (!existsSync(CHROMIUM)) {
    process.stderr.write(`  ${CHROMIUM} is not installed: left out (apt-get install chromium)\n`);
    return [];
  }
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  try {
    const seconds: number[] = [];
    for (let round = 0; round < rounds; round++) {
      // Nothing is cached in a context of its own.
      const context = await browser.newContext();
      const page = await context.newPage();
      await context.request.post(`${http.origin}/api/session`, { data: { token: http.token } });
      const startedMs = performance.now();
      await page.goto(`${http.origin}/indicators`);
      await page.locator('tbody a').first().waitFor();
      seconds.push((performance.now() - startedMs) / 1000);
      await context.close();
    }
    return [
      {
        name: 'api/interactive',
        what: `dashboard, page of indicators, until it can be used; ${behind}`,
        figure: median(seconds),
        unit: 's',
        rival: null,
        target: { of: 'figure', atMost: 1, short: 10 },
      },
    ];
  } finally {
    await browser.close();
  }
}

/** Those that the matches are of. */
function someIndicators(path: string): readonly string[] {
  const db = openDatabase(path);
  try {
    return db.prepare<unknown[], string>('SELECT DISTINCT id FROM indicatorVersions LIMIT 500').pluck().all();
  } finally {
    db.close();
  }
}

function words(count: number): string {
  return count.toLocaleString('en');
}
