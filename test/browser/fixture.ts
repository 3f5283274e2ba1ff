// A daemon with the demonstration's lists, and a browser in front of it.
import { existsSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import type { TokenRole } from '../../src/store/tokens.ts';
import { Served } from '../daemon/served.ts';
import { flowsieve, temporaryFolder } from '../support/cli.ts';
import { writeDemoDatabase } from '../support/demo-list.ts';

const CHROMIUM = '/usr/bin/chromium';
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
/** Where to put pictures of what was tested, for people to look at. */
const PICTURES = process.env.TEST_PICTURES;
const SIZES = [
  { width: 1280, height: 900 },
  { width: 390, height: 844 },
];

export const WITHOUT_CHROMIUM = !existsSync(CHROMIUM);
export const NEEDS = `(needs ${CHROMIUM})`;

/** One browser for a suite. */
export function useBrowser(): () => Browser {
  let browser: Browser | null = null;
  beforeAll(async () => {
    if (!WITHOUT_CHROMIUM) {
      browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    }
  });
  afterAll(() => browser?.close());
  return () => browser as Browser;
}

export interface ServedDashboard {
  /** Where flows are taken in. */
  readonly to: { readonly address: string; readonly port: number };
  readonly db: string;
  readonly address: string;
  /** A new token's text. */
  readonly token: (role: TokenRole, person?: string, operator?: string) => string;
}

/**
 * @param prepare what is to stand in the database before the daemon starts, by the command line
 * @param settings further lines of the configuration
 */
export async function serveDashboard(
  prepare: (db: string, folder: string) => void = () => {},
  settings = '',
): Promise<ServedDashboard> {
  const folder = temporaryFolder();
  const listener =
    '{protocol: udp, host: 127.0.0.1, port: 0, operator: example-isp, retention_basis: lce-126-1, exporters: [127.0.0.0/8]}';
  writeFileSync(
    join(folder, 'flowsieve.yaml'),
    `database: flows.db\nlisteners: [${listener}]\nhttp: {port: 0}\n${settings}`,
  );
  const path = join(folder, 'flows.db');
  writeDemoDatabase(path);
  prepare(path, folder);
  const token = (role: TokenRole, person = `an.${role}`, operator = 'example-isp') => {
    const of = role === 'operator' ? ['--operator', operator] : [];
    const made = flowsieve([
      'token',
      'create',
      '--role',
      role,
      '--name',
      person,
      ...of,
      '--json',
      '--db',
      path,
    ]);
    return (JSON.parse(made.stdout) as { text: string }).text;
  };
  const daemon = new Served(folder);
  const { fields } = await daemon.log.next('started');
  return { to: await daemon.to(), db: path, token, address: `http://127.0.0.1:${fields.port}/` };
}

export interface OpenPage {
  readonly page: Page;
  /** What the console and the page complained of. */
  readonly errors: readonly string[];
  readonly close: () => Promise<void>;
}

/** A page of its own context, logged in by a token. */
export async function login(browser: Browser, address: string, token: string): Promise<OpenPage> {
  const context = await browser.newContext({
    viewport: SIZES[0] ?? null,
    locale: 'en-GB',
    acceptDownloads: true,
  });
  await context.addInitScript({ path: AXE });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('console', (message) => {
    // Before the login, nobody is.
    if (message.type() === 'error' && !message.text().includes('401')) errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(address);
  await page.getByLabel('Access token').fill(token);
  await page.keyboard.press('Enter');
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
  return { page, errors, close: () => context.close() };
}

/** As it stands, wide and narrow, light and dark: nobody is kept out, and nothing is wider than the window. */
export async function expectUsable(page: Page, name: string): Promise<void> {
  await inEveryLook(page, name, true, async (look) => {
    expect(await seriousFindings(page, 'document'), look).toEqual([]);
    const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
    expect(await page.evaluate(overflow), `${look}, wider than the window`).toBe(0);
  });
}

/** The dialog that opens, once it has been looked at like a page: what lies behind it is not looked at. */
export async function openedDialog(page: Page): Promise<Locator> {
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  const name = `dialog-${(await dialog.getAttribute('aria-label'))?.replace(/\W+/g, '-')}`;
  await inEveryLook(page, name, false, async (look) => {
    expect(await seriousFindings(page, '"dialog[open]"'), look).toEqual([]);
    const overflow = await dialog.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
    expect(overflow, `${look}, wider than the dialog`).toBe(0);
  });
  return dialog;
}

async function inEveryLook(
  page: Page,
  name: string,
  fullPage: boolean,
  see: (look: string) => Promise<void>,
): Promise<void> {
  for (const size of SIZES) {
    await page.setViewportSize(size);
    for (const theme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme: theme as 'light' | 'dark' });
      if (PICTURES) {
        await page.screenshot({ path: join(PICTURES, `${name}-${size.width}-${theme}.png`), fullPage });
      }
      await see(`${name}: ${theme}, ${size.width} px`);
    }
  }
  await page.setViewportSize(SIZES[0] as (typeof SIZES)[number]);
}

/** @returns what axe finds that keeps people out */
async function seriousFindings(page: Page, within: string): Promise<string[]> {
  interface Finding {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string }[];
  }
  const found = await page.evaluate<Finding[]>(`axe.run(${within}).then(({ violations }) => violations)`);
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}
