// Authorisations, legal bases, warning lists and access, in a browser.
import { createHash } from 'node:crypto';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { entry, listOf } from '../http/list.ts';
import { temporaryFolder } from '../support/cli.ts';
import {
  expectUsable,
  login,
  NEEDS,
  openedDialog,
  serveDashboard,
  useBrowser,
  WITHOUT_CHROMIUM,
} from './fixture.ts';

const dialog = (page: Page) => page.getByRole('dialog');

describe.skipIf(WITHOUT_CHROMIUM)(`the page Authorisations ${NEEDS}`, () => {
  const browser = useBrowser();

  it('takes a file in, shows what it says, and ends it', { timeout: 180_000 }, async () => {
    const { token, address } = await serveDashboard();
    const folder = temporaryFolder();
    const { page, errors, close } = await login(browser(), address, token('analyst', 'a.analyst'));
    await page.getByRole('link', { name: 'Authorisations', exact: true }).click();
    await page.getByRole('link', { name: 'DEMO-1/2026' }).waitFor();
    await expectUsable(page, 'authorisations');

    // A file is checked, looked at, and taken in.
    await page.getByRole('link', { name: 'Take a file in' }).click();
    const wrong = join(folder, 'wrong.json');
    writeFileSync(wrong, listOf({ reference: 'X/1', operators: undefined }, []));
    const file = page.getByLabel('Authorisation file');
    await file.setInputFiles(wrong);
    await page.getByRole('button', { name: 'Check' }).click();
    await page.getByText('authorisation.operators: (absent)').waitFor();
    const list = join(folder, 'list.json');
    const refused = entry({ address: '198.51.100.2', country: undefined });
    writeFileSync(list, listOf({ reference: 'X/1' }, [entry({ address: '192.0.2.250' }), refused]));
    await file.setInputFiles(list);
    await page.getByRole('button', { name: 'Check' }).click();
    await page.getByText('Checked: nothing has changed so far.').waitFor();
    await page.getByRole('cell', { name: '198.51.100.2' }).waitFor();
    await page.getByRole('cell', { name: 'L6', exact: true }).waitFor();
    await expectUsable(page, 'authorisations-import');
    await page.getByRole('button', { name: 'Take in', exact: true }).click();
    await page.getByText('Taken in.').waitFor();
    await page.getByRole('link', { name: 'X/1' }).click();

    // What it says, the time line as a table, the regime's rules, a document.
    await page.getByRole('heading', { name: 'X/1', level: 1 }).waitFor();
    await page.getByText('in force', { exact: true }).first().waitFor();
    await page.getByText('As a table').click();
    await page.getByRole('cell', { name: /^L3: P12M before the decision/ }).waitFor();
    await page.getByText('What the regime asks:').click();
    await page.getByRole('cell', { name: 'Analyses by different analysts' }).waitFor();
    await page.getByLabel('Since').fill('2026-01-01');
    await page.getByRole('button', { name: 'Read' }).click();
    await page.getByText('SHA-256 of the lines above:').waitFor();
    await page.getByRole('combobox', { name: 'Document' }).selectOption('alert');
    await page.getByRole('button', { name: 'Read' }).click();
    await page.getByText('nothing that is in force is marked TLP:CLEAR').waitFor();
    await page.getByRole('combobox', { name: 'Document' }).selectOption('block-list');
    await page.getByLabel('Format').selectOption('nftables');
    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download' }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe('X-1-block-list.txt');
    expect(readFileSync(await download.path(), 'utf8')).toContain('# Block list of X/1');
    await expectUsable(page, 'authorisation');

    // A signature, with its document's digest; the same person signs once.
    const evidence = join(folder, 'decision.pdf');
    writeFileSync(evidence, 'the decision');
    const approve = page.getByRole('button', { name: 'Approve' });
    await approve.click();
    await openedDialog(page);
    const chooser = dialog(page).getByLabel(/^Evidence/);
    // One that a browser cannot hold is said so, and does not stand in the way.
    const huge = join(folder, 'huge.img');
    writeFileSync(huge, '');
    truncateSync(huge, 513 * 2 ** 20);
    await chooser.setInputFiles(huge);
    await dialog(page).getByText('make its SHA-256 yourself').waitFor();
    expect(await chooser.inputValue()).toBe('');
    await chooser.setInputFiles(evidence);
    const digest = createHash('sha256').update('the decision').digest('hex');
    await expect.poll(() => page.getByLabel('SHA-256 of the evidence').inputValue()).toBe(digest);
    await dialog(page).getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('cell', { name: digest }).waitFor();
    await approve.click();
    await openedDialog(page);
    await dialog(page).getByRole('button', { name: 'Approve' }).click();
    await dialog(page).getByText('has approved it already').waitFor();
    await dialog(page).getByRole('button', { name: 'Cancel' }).click();

    await page.getByRole('button', { name: 'End', exact: true }).click();
    await openedDialog(page);
    await dialog(page).getByLabel('Reason').fill('the purpose is reached');
    await dialog(page).getByRole('button', { name: 'End' }).click();
    await page.getByText('ended by a.analyst: the purpose is reached').first().waitFor();
    expect(await approve.count()).toBe(0);
    expect(errors.filter((text) => !text.includes('422'))).toEqual([]);
    await close();
  });

  it('suspends a legal basis and reinstates it; checks an address', { timeout: 180_000 }, async () => {
    const { token, address } = await serveDashboard();
    const { page, errors, close } = await login(browser(), address, token('analyst', 'a.lawyer'));
    await page.goto(`${address}authorisations?view=bases`);
    await page.getByRole('button', { name: 'Suspend: lce-126-1' }).click();
    await openedDialog(page);
    await dialog(page).getByLabel('Reason').fill('judgment 1/2027');
    await dialog(page).getByRole('button', { name: 'Suspend' }).click();
    await page.getByText('a.lawyer: judgment 1/2027').waitFor();
    await expectUsable(page, 'bases');
    await page.getByRole('button', { name: 'Reinstate: lce-126-1' }).click();
    await openedDialog(page);
    await dialog(page).getByLabel('Reason').fill('a new law');
    await dialog(page).getByRole('button', { name: 'Reinstate' }).click();
    await page.getByRole('button', { name: 'Suspend: lce-126-1' }).waitFor();

    await page.getByRole('link', { name: 'Warning lists' }).click();
    await page.getByLabel('Address or prefix').fill('8.8.8.8');
    await page.getByRole('button', { name: 'Check' }).click();
    await page.getByText('8.8.8.8 meets these lists:').waitFor();
    await page.getByLabel('Address or prefix').fill('5.255.96.1');
    await page.getByRole('button', { name: 'Check' }).click();
    await page.getByText('5.255.96.1 is on no list.').waitFor();
    await page.getByLabel('Address or prefix').fill('nowhere');
    await page.getByRole('button', { name: 'Check' }).click();
    await page.getByRole('alert').getByText('address:').waitFor();
    await expectUsable(page, 'warning-lists');
    expect(errors.filter((text) => !text.includes('400'))).toEqual([]);
    await close();
  });

  it('an auditor reads it and is offered no change', { timeout: 120_000 }, async () => {
    const { token, address } = await serveDashboard();
    const { page, errors, close } = await login(browser(), address, token('auditor'));
    await page.goto(`${address}authorisations/${encodeURIComponent('DEMO-1/2026')}`);
    await page.getByRole('heading', { name: 'Documents' }).waitFor();
    expect(await page.getByRole('button', { name: 'End', exact: true }).count()).toBe(0);
    await page.goto(`${address}authorisations?view=bases`);
    await page.getByRole('cell', { name: 'lce-126-1', exact: true }).waitFor();
    expect(await page.getByRole('button', { name: 'Suspend' }).count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Access' }).count()).toBe(0);
    expect(errors).toEqual([]);
    await close();
  });
});

describe.skipIf(WITHOUT_CHROMIUM)(`the page Access ${NEEDS}`, () => {
  const browser = useBrowser();

  it('makes a token, shows it once, and revokes it', { timeout: 120_000 }, async () => {
    const { token, address } = await serveDashboard();
    const { page, errors, close } = await login(browser(), address, token('admin', 'an.admin'));
    await page.getByRole('link', { name: 'Access' }).click();
    await page.getByRole('button', { name: 'Make a token' }).click();
    await openedDialog(page);
    await dialog(page).getByLabel('Person').fill('c.engineer');
    await dialog(page).getByLabel('Role').selectOption('operator');
    await dialog(page).getByRole('textbox', { name: 'Operator' }).fill('example-isp');
    await dialog(page).getByRole('button', { name: 'Make it' }).click();
    const text = await page.locator('section.card code').textContent();
    expect(text).toMatch(/^fs_/);
    await expectUsable(page, 'access');
    const ask = async () => {
      const asked = await fetch(`${address}api/session`, { headers: { authorization: `Bearer ${text}` } });
      return asked.status;
    };
    expect(await ask()).toBe(200);
    await page.getByRole('button', { name: `Revoke: ${text?.split('_')[1]}` }).click();
    await openedDialog(page);
    await dialog(page).getByLabel('Reason').fill('lost');
    await dialog(page).getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('revoked', { exact: true }).waitFor();
    expect(await ask()).toBe(401);
    expect(errors).toEqual([]);
    await close();
  });
});
