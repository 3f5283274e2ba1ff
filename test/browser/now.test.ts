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
    await expect.poll(async () => (await rate.textContent()) === '0', { timeout: 30_000 }).toBe(true);
    await exportFrom('127.0.0.5', capture(), to);
    await expect
      .poll(async () => /[1-9]/.test((await rate.textContent()) ?? ''), { timeout: 30_000, interval: 100 })
      .toBe(true);
    await page.getByText('In the last 24 hours: 1,612 flows, 498 of them matched.').waitFor();
    await page.getByText('As a table').click();
    await page.getByRole('columnheader', { name: 'matched/s' }).waitFor();
    await expectUsable(page, 'now');
    expect(errors).toEqual([]);
    await close();
  });
});
