// The first page, in a browser, over a daemon that takes flows in.
import { existsSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { capturedDatagrams } from '../../src/ingest/pcap/captured-datagrams.ts';
import { exportFrom } from '../../src/ingest/udp/exporter.ts';
import { Served } from '../daemon/served.ts';
import { CAPTURES, flowsieve, temporaryFolder } from '../support/cli.ts';
import { writeDemoLists } from '../support/demo-list.ts';

const CHROMIUM = '/usr/bin/chromium';
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
/** Where to put pictures of what was tested, for people to look at. */
const PICTURES = process.env.TEST_PICTURES;
const SIZES = [
  { width: 1280, height: 900 },
  { width: 390, height: 844 },
];

async function served() {
  const folder = temporaryFolder();
  const listener =
    '{protocol: udp, host: 127.0.0.1, port: 0, operator: example-isp, retention_basis: lce-126-1, exporters: [127.0.0.0/8]}';
  writeFileSync(
    join(folder, 'flowsieve.yaml'),
    `database: flows.db\nlisteners: [${listener}]\nhttp: {port: 0}\n`,
  );
  const db = ['--db', join(folder, 'flows.db')];
  for (const list of writeDemoLists(folder)) flowsieve(['authorisation', 'import', list, ...db]);
  const made = flowsieve(['token', 'create', '--role', 'analyst', '--name', 'an.analyst', '--json', ...db]);
  const { text } = JSON.parse(made.stdout) as { text: string };
  const daemon = new Served(folder);
  const { fields } = await daemon.log.next('started');
  return { to: await daemon.to(), token: text, address: `http://127.0.0.1:${fields.port}/` };
}

/** @returns what axe finds that keeps people out */
async function seriousFindings(page: Page): Promise<string[]> {
  interface Finding {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string }[];
  }
  const found = await page.evaluate<Finding[]>('axe.run().then(({ violations }) => violations)');
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

describe.skipIf(!existsSync(CHROMIUM))(`the page Now (needs ${CHROMIUM})`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  });
  afterAll(() => browser?.close());

  it('shows flows as they come in, to everybody, and breaks no policy', { timeout: 180_000 }, async () => {
    const { to, token, address } = await served();
    const context = await browser.newContext({ viewport: SIZES[0] ?? null, locale: 'en-GB' });
    await context.addInitScript({ path: AXE });
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
    await page.getByRole('heading', { name: 'Now', level: 1 }).waitFor();
    await page.getByText('Flows are taken in and matched').waitFor();
    await page.getByText('No flows in the last hour.').waitFor();
    await page.getByText('live ·').waitFor();
    const capture = () => capturedDatagrams(join(CAPTURES, 'softflowd-netflow9.pcap'));
    const rate = page.locator('dl.cards dd').first();
    await expect.poll(async () => (await rate.textContent()) === '0', { timeout: 30_000 }).toBe(true);
    await exportFrom('127.0.0.5', capture(), to);
    await expect
      .poll(async () => /[1-9]/.test((await rate.textContent()) ?? ''), { timeout: 30_000, interval: 100 })
      .toBe(true);
    await page.getByText('In the last 24 hours: 1,612 flows, 498 of them matched.').waitFor();
    await page.getByText('As a table').click();
    await page.getByRole('columnheader', { name: 'matched/s' }).waitFor();

    for (const size of SIZES) {
      await page.setViewportSize(size);
      for (const theme of ['light', 'dark']) {
        await page.getByLabel('Colours').selectOption(theme);
        if (PICTURES) {
          await page.screenshot({ path: join(PICTURES, `now-${size.width}-${theme}.png`), fullPage: true });
        }
        expect(await seriousFindings(page), `${theme}, ${size.width} px`).toEqual([]);
        const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
        expect(await page.evaluate(overflow), `${size.width} px: wider than the window`).toBe(0);
      }
    }
    expect(errors).toEqual([]);
    await context.close();
  });
});
