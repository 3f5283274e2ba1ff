// The first page, in a browser, over a daemon that takes flows in.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { capturedDatagrams } from '../../src/ingest/pcap/captured-datagrams.ts';
import { exportFrom } from '../../src/ingest/udp/exporter.ts';
import { CAPTURES } from '../support/cli.ts';
import { expectUsable, login, NEEDS, serveDashboard, useBrowser, WITHOUT_CHROMIUM } from './fixture.ts';

describe.skipIf(WITHOUT_CHROMIUM)(`the page Now ${NEEDS}`, () => {
  const browser = useBrowser();

  it('shows flows as they come in, to everybody, and breaks no policy', { timeout: 180_000 }, async () => {
    const { to, token, address } = await serveDashboard();
    const { page, errors, close } = await login(browser(), address, token('analyst'));
    await page.getByRole('heading', { name: 'Now', level: 1 }).waitFor();
    await page.getByText('Flows are taken in and matched').waitFor();
    await page.getByText('No flows in the last hour.').waitFor();
    await page.getByText('live ·').waitFor();
    const capture = () => capturedDatagrams(join(CAPTURES, 'softflowd-netflow9.pcap'));
    const rate = page.locator('dl.cards dd').first();
    await expect.poll(async () => (await rate.textContent()) === '0').toBe(true);
    await exportFrom('127.0.0.5', capture(), to);
    await expect
      .poll(async () => /[1-9]/.test((await rate.textContent()) ?? ''), { interval: 100 })
      .toBe(true);
    await page.getByText('In the last 24 hours: 1,612 flows, 498 of them matched.').waitFor();
    await page.getByText('As a table').click();
    await page.getByRole('columnheader', { name: 'matched/s' }).waitFor();
    await expectUsable(page, 'now');

    // In one's own language and colours, kept for the next time.
    await page.getByRole('button', { name: 'an.analyst' }).click();
    await page.getByLabel('Colours').selectOption('dark');
    await page.getByLabel('Language').selectOption('de');
    await page.getByRole('heading', { name: 'Jetzt', level: 1 }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Jetzt', level: 1 }).waitFor();
    expect(await page.locator('html').evaluate(({ dataset, lang }) => `${dataset.theme} ${lang}`)).toBe(
      'dark de',
    );
    await expectUsable(page, 'now-german');
    expect(errors).toEqual([]);
    await close();
  });

  it('leads to what waits, each to the view that shows it', { timeout: 120_000 }, async () => {
    const { token, address } = await serveDashboard();
    const { page, errors, close } = await login(browser(), address, token('admin'));
    await page.route('**/api/live', (route) => route.abort());
    const needs = { verificationsDue: 3, sequestersInForce: 1, matchesToPurge: 2 };
    await page.route('**/api/overview', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), needs } });
    });
    const shows = async (need: string, heading: string, query: string): Promise<void> => {
      await page.goto(address);
      await page
        .getByRole('region', { name: 'What needs a person today' })
        .getByRole('link', { name: need })
        .click();
      await page.getByRole('heading', { name: heading, exact: true }).waitFor();
      expect(page.url()).toContain(query);
    };
    await shows('verifications due', 'Indicators', '/indicators?due=1');
    await page.getByRole('link', { name: '198.51.100.200' }).waitFor();
    await shows('sequesters in force', 'Sequestered matches', '/accounts?view=retention');
    await shows('matches past their day of deletion', 'What is due', '/accounts?view=retention');
    expect(errors.filter((text) => !text.includes('ERR_FAILED'))).toEqual([]);
    await close();
  });
});
