// The page Victims, in two people's browsers, over a daemon with matches of real exporters and a mail server.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { listConsultations } from '../../src/store/consultations.ts';
import { openDatabase } from '../../src/store/database.ts';
import { MailServer } from '../notices/servers.ts';
import { CAPTURES, flowsieve } from '../support/cli.ts';
import { DEMO_SCOPE } from '../support/demo-list.ts';
import { listedEntity, registerOf } from '../victims/entities.ts';
import {
  expectUsable,
  login,
  NEEDS,
  openedDialog,
  serveDashboard,
  useBrowser,
  WITHOUT_CHROMIUM,
} from './fixture.ts';

const VICTIM = '192.0.2.50';

async function served() {
  const mail = new MailServer({ authOptional: true, disabledCommands: ['STARTTLS'] });
  // What is drafted, a person drafts: the daemon by itself drafts of E4 alone.
  const settings = [
    'warnings: {sender: "CERT.example, cert@cert.example", object: "object@cert.example", from_class: E4, interval_hours: 0}',
    `mail: {host: localhost, port: ${await mail.start()}, tls: none, from: warnings@cert.example}`,
  ].join('\n');
  const dashboard = await serveDashboard((path, folder) => {
    const db = ['--db', path];
    const register = join(folder, 'register.json');
    writeFileSync(register, registerOf(listedEntity({ prefixes: [`${VICTIM}/32`] })));
    for (const args of [
      ['operator', 'add', 'example-isp', '--contact', 'noc@isp.example'],
      ['entity', 'import', register],
      ['replay', join(CAPTURES, 'softflowd-netflow9.pcap'), ...DEMO_SCOPE, '--quiet'],
      // Evidence is up to date before the first page asks.
      ['victims', '--purpose', 'to begin with'],
    ]) {
      expect(flowsieve([...args, ...db]).status, args.join(' ')).toBe(0);
    }
  }, settings);
  return { mail, ...dashboard };
}

const link = (page: Page, name: string) => page.getByRole('link', { name, exact: true });
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

async function enter(page: Page, purpose: string): Promise<void> {
  await link(page, 'Victims').click();
  await page.getByLabel('What do you look at victims for?').fill(purpose);
  await button(page, 'Show victims').click();
}

describe.skipIf(WITHOUT_CHROMIUM)(`the page Victims ${NEEDS}`, () => {
  const browser = useBrowser();

  it('asks what for, lists, groups and shows each with its time line', { timeout: 300_000 }, async () => {
    const { token, address, db } = await served();
    const { page, errors, close } = await login(browser(), address, token('analyst', 'a.analyst'));
    await link(page, 'Victims').click();
    await page.getByLabel('What do you look at victims for?').waitFor();
    await expectUsable(page, 'victims-purpose');
    await enter(page, 'ticket 1234');
    await link(page, VICTIM).waitFor();
    await expectUsable(page, 'victims-list');

    await button(page, 'Flows').click();
    await page.locator('th[aria-sort="ascending"]').getByText('Flows').waitFor();
    await page.getByLabel('Search').fill('hospital');
    await expect.poll(() => page.locator('tbody tr').count()).toBe(1);
    expect(page.url()).toContain('q=hospital');
    await page.getByLabel('Search').fill('');
    await page.getByRole('combobox', { name: 'Evidence' }).selectOption('E4');
    await expect.poll(() => page.url()).toContain('class=E4');
    await page.getByRole('combobox', { name: 'Evidence' }).selectOption('');

    await link(page, 'Grouped').click();
    await page.getByRole('cell', { name: 'Example Hospital' }).waitFor();
    await page.getByLabel('Group by').selectOption('class');
    await page.locator('tbody').getByRole('link', { name: 'E3 several hours' }).waitFor();
    await expectUsable(page, 'victims-groups');
    await page.getByLabel('Group by').selectOption('entity');
    await page.getByRole('link', { name: 'Example Hospital' }).click();
    await button(page, 'Entity: example-hospital take this filter away').click();
    await expect.poll(() => page.locator('tbody tr').count()).toBeGreaterThan(1);

    await page.getByLabel('Find a victim by address').fill('192.0.2.251');
    await button(page, 'Find').click();
    await page.getByText('Nothing is known of this address.').waitFor();
    await page.getByLabel('Find a victim by address').fill(VICTIM);
    await button(page, 'Find').click();
    await page.getByRole('heading', { name: VICTIM, level: 1 }).waitFor();
    expect(page.url()).not.toContain(VICTIM);
    await page.getByText('The victim and the C2 server exchanged traffic').first().waitFor();
    await page.getByRole('heading', { name: 'Beacon' }).first().waitFor();
    await page.getByRole('heading', { name: 'Coverage' }).first().waitFor();
    await page.getByText('As a table').last().click();
    await page.getByRole('columnheader', { name: 'Flows to it' }).waitFor();
    await button(page, 'Show the flows').click();
    await page.getByRole('columnheader', { name: 'Duration' }).waitFor();
    await expectUsable(page, 'victims-detail');

    await button(page, 'Change').click();
    await page.getByLabel('What do you look at victims for?').fill('ticket 5678');
    await button(page, 'Show victims').click();
    await page.getByRole('heading', { name: VICTIM, level: 1 }).waitFor();
    // A kept purpose is not asked for again.
    await page.reload();
    await page.getByText('ticket 5678').waitFor();
    await page.getByRole('heading', { name: VICTIM, level: 1 }).waitFor();
    expect(errors).toEqual([
      'Failed to load resource: the server responded with a status of 404 (Not Found)',
    ]);
    await close();
    const store = openDatabase(db, { readonly: true });
    const purposes = new Set(listConsultations(store, { by: 'a.analyst' }).map(({ purpose }) => purpose));
    store.close();
    expect([...purposes]).toEqual(['ticket 1234', 'ticket 5678']);
  });

  it('one person drafts, another approves; it is sent, answered, taken back', {
    timeout: 300_000,
  }, async () => {
    const { mail, token, address } = await served();
    const one = await login(browser(), address, token('analyst', 'a.analyst'));
    await enter(one.page, 'warn, ticket 1');
    await link(one.page, VICTIM).click();
    await one.page.getByText('Nobody has been warned of this victim yet.').waitFor();
    await button(one.page, 'Draft warnings').click();
    const dialog = await openedDialog(one.page);
    await dialog.getByLabel('The weakest evidence to warn of').selectOption('E2');
    await expectUsable(one.page, 'victims-draft');
    await dialog.getByRole('button', { name: 'Draft', exact: true }).click();
    await one.page.getByText('Drafted. Lines of evidence: 1.').waitFor();
    const ticket = (
      await one.page.getByRole('link', { name: /^FS-/ }).first().textContent()
    )?.trim() as string;
    await one.page.getByRole('link', { name: /^FS-/ }).first().click();
    await one.page.getByRole('heading', { name: ticket, level: 1 }).waitFor();
    await one.page.getByText('You drafted it: another person must approve it.').waitFor();
    expect(await button(one.page, 'Approve').count()).toBe(0);
    await expectUsable(one.page, 'victims-warning');

    const two = await login(browser(), address, token('analyst', 'b.analyst'));
    await enter(two.page, 'approve, ticket 1');
    await link(two.page, 'Warnings').click();
    await two.page.getByLabel('State').selectOption('draft');
    await expectUsable(two.page, 'victims-warnings');
    await link(two.page, ticket).click();
    await two.page.getByText(VICTIM).waitFor();
    await button(two.page, 'Approve').click();
    await openedDialog(two.page);
    await two.page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
    await two.page.getByText('When the recipient answers, record it.').waitFor();
    expect(mail.received.map(({ to }) => to)).toEqual([['security@hospital.example']]);

    // The first has an old copy before it, and is told so.
    await button(one.page, 'Take back').click();
    await one.page.getByRole('dialog').getByLabel('Reason').fill('too late');
    await one.page.getByRole('dialog').getByRole('button', { name: 'Take back' }).click();
    await one.page.getByText('it has changed meanwhile').waitFor();
    await one.page.keyboard.press('Escape');

    await button(two.page, 'Record the answer').click();
    await openedDialog(two.page);
    await two.page.getByRole('dialog').getByRole('button', { name: 'Record the answer' }).click();
    await two.page.getByText('The recipient has answered.').waitFor();
    await button(two.page, 'Take back').click();
    await openedDialog(two.page);
    await two.page.getByRole('dialog').getByLabel('Reason').fill('the server was another one');
    await two.page.getByRole('dialog').getByRole('button', { name: 'Take back' }).click();
    await two.page.getByText('Retraction sent').waitFor();
    expect(mail.received).toHaveLength(2);
    await expectUsable(two.page, 'victims-retracted');
    expect(two.errors).toEqual([]);
    expect(one.errors).toEqual([expect.stringContaining('412')]);
    await one.close();
    await two.close();
  });

  it('hands out files, and takes registers in', { timeout: 300_000 }, async () => {
    const { token, address } = await served();
    const { page, errors, close } = await login(browser(), address, token('analyst', 'a.analyst'));
    await enter(page, 'ticket 1');
    await link(page, 'Export').click();
    await page.getByLabel('For whom').selectOption('entity');
    await page.getByLabel('Of which one').fill('example-hospital');
    await page.getByLabel('Format').selectOption('json');
    await expectUsable(page, 'victims-export');
    const saving = page.waitForEvent('download');
    await button(page, 'Make the file').click();
    const file = await saving;
    expect(file.suggestedFilename()).toMatch(/^flowsieve-json-\d{4}-\d\d-\d\d\.ndjson$/);
    expect(readFileSync(await file.path(), 'utf8')).toContain(VICTIM);
    await page.getByText('Saved as flowsieve-json').waitFor();
    await page.getByLabel('Of which one').fill('nobody');
    await button(page, 'Make the file').click();
    await page.getByText('there is no entity nobody').waitFor();

    await link(page, 'Entities').click();
    await link(page, 'Example Hospital').waitFor();
    await button(page, 'Take in a register').click();
    await openedDialog(page);
    const csv = 'id,name,kind,prefixes\na-bank,A Bank,essential,203.0.113.128/25\nwrong,Wrong,king,\n';
    await page
      .getByLabel('File')
      .setInputFiles({ name: 'more.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
    await page.getByRole('dialog').getByLabel('Register').fill('more');
    await page.getByRole('dialog').getByRole('button', { name: 'Take in' }).click();
    await page.getByText('1 added, 0 changed, 0 ended. 1 refused.').waitFor();
    await link(page, 'A Bank').waitFor();
    await expectUsable(page, 'victims-entities');
    await page.getByLabel('Id or name').fill('hosp');
    await link(page, 'A Bank').waitFor({ state: 'detached' });
    await link(page, 'Example Hospital').click();
    await page.getByText('security@hospital.example').waitFor();
    await expectUsable(page, 'victims-entity');
    await link(page, 'Its victims').click();
    await link(page, VICTIM).waitFor();
    expect(errors).toEqual([expect.stringContaining('404')]);
    await close();
  });

  it('shows an operator its own victims, and nothing of warnings or entities', {
    timeout: 300_000,
  }, async () => {
    const { token, address } = await served();
    const own = await login(browser(), address, token('operator'));
    await enter(own.page, 'identify subscribers');
    await link(own.page, VICTIM).waitFor();
    const tabs = own.page.getByRole('navigation', { name: 'Victims' }).getByRole('link');
    expect(await tabs.allTextContents()).toEqual(['List', 'Grouped', 'Export']);
    await link(own.page, VICTIM).click();
    await own.page.getByRole('heading', { name: VICTIM, level: 1 }).waitFor();
    expect(await own.page.getByText('Hospital').count()).toBe(0);
    expect(own.errors).toEqual([]);
    await own.close();
    const other = await login(browser(), address, token('operator', 'noc', 'other-isp'));
    await enter(other.page, 'identify subscribers');
    await other.page.getByText('There is nothing here.').waitFor();
    await expectUsable(other.page, 'victims-none');
    expect(other.errors).toEqual([]);
    await other.close();
    const engineer = await login(browser(), address, token('engineer'));
    expect(await link(engineer.page, 'Victims').count()).toBe(0);
    await engineer.close();
  });
});
