// Ledger and audit, in a browser: it adds up, the log is checked, two people destroy, a person is answered.
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { capturedDatagrams } from '../../src/ingest/pcap/captured-datagrams.ts';
import { exportFrom } from '../../src/ingest/udp/exporter.ts';
import { Sqlite } from '../../src/store/sqlite.ts';
import { CAPTURES, flowsieve } from '../support/cli.ts';
import {
  expectUsable,
  login,
  NEEDS,
  openedDialog,
  type ServedDashboard,
  serveDashboard,
  useBrowser,
  WITHOUT_CHROMIUM,
} from './fixture.ts';

const SIGNED = (db: string) => {
  expect(flowsieve(['audit', 'head', '--sign', '--db', db]).status).toBe(0);
};

/** Takes a capture in, and waits until its matches are stored. @returns a victim's address */
async function takeFlowsIn({ db, to }: ServedDashboard): Promise<{ victim: string; authorisation: string }> {
  await exportFrom('127.0.0.5', capturedDatagrams(join(CAPTURES, 'softflowd-netflow9.pcap')), to);
  const stored = new Sqlite(db, { readonly: true });
  try {
    const count = stored.prepare('SELECT count(*) FROM matches').pluck();
    await expect.poll(() => count.get()).toBeGreaterThan(400);
    return stored
      .prepare(
        `SELECT victim, authorisation FROM matches JOIN matchedIndicators ON matchedIndicators.id = matches.indicator
         WHERE victim IS NOT NULL LIMIT 1`,
      )
      .get() as { victim: string; authorisation: string };
  } finally {
    stored.close();
  }
}

async function open(page: Page, view: string): Promise<void> {
  await page.getByRole('link', { name: 'Ledger and audit', exact: true }).click();
  if (view !== '') await page.getByRole('link', { name: view, exact: true }).click();
}

describe.skipIf(WITHOUT_CHROMIUM)(`ledger and audit ${NEEDS}`, () => {
  const browser = useBrowser();

  it('shows where every record went, and how much was looked at', { timeout: 180_000 }, async () => {
    const served = await serveDashboard();
    const { page, errors, close } = await login(browser(), served.address, served.token('engineer'));
    await open(page, '');
    await page.getByText('No flows were taken in during this time.').first().waitFor();
    await takeFlowsIn(served);
    await page.reload();
    await page.getByText('Everything is accounted for').waitFor();
    await page.getByText('1,612 records received: 498 matched, 1,114 discarded').waitFor();
    expect(await page.locator('.conservation svg.bar').first().locator('rect').count()).toBeGreaterThan(1);
    const table = page.getByRole('table', { name: 'The same in figures' });
    expect(await table.getByRole('row').nth(1).textContent()).toContain('1,612');
    const coverage = page.getByRole('table', { name: 'Coverage' });
    for (const by of ['hour', 'exporter', 'day']) {
      await page.getByLabel('Add up by').selectOption(by);
      await coverage
        .getByRole('columnheader', { name: by === 'exporter' ? 'Exporter' : 'From (UTC)' })
        .waitFor();
    }
    await page.getByLabel('Period').selectOption('1');
    await page.getByLabel('Operator', { exact: true }).fill('nobody');
    await page.getByText('No flows were taken in during this time.').first().waitFor();
    await page.getByLabel('Operator', { exact: true }).fill('');
    await coverage.waitFor();
    await expectUsable(page, 'accounts-ledger');

    // Somebody with the file makes a row say something else.
    const file = new Sqlite(served.db);
    file.pragma('ignore_check_constraints = ON');
    file.exec('UPDATE ledger SET noHit = noHit - 5 WHERE noHit > 5');
    file.close();
    await page.reload();
    await page.getByText('Not everything is accounted for').waitFor();
    await page.getByText(/example-isp: \d+ of 1,612 records are neither matched nor discarded/).waitFor();
    await expectUsable(page, 'accounts-ledger-wrong');
    expect(errors).toEqual([]);
    await close();

    const operator = await login(browser(), served.address, served.token('operator', 'x', 'other-isp'));
    await open(operator.page, '');
    await operator.page.getByText('No flows were taken in during this time.').first().waitFor();
    await expectUsable(operator.page, 'accounts-ledger-empty');
    expect(operator.errors).toEqual([]);
    await operator.close();
  });

  it('checks the audit log itself, and says so when an event was edited', { timeout: 240_000 }, async () => {
    const served = await serveDashboard((db) => SIGNED(db));
    const { page, errors, close } = await login(browser(), served.address, served.token('engineer'));
    await open(page, 'Audit log');
    await page.getByText('The newest head is sound').waitFor();
    await page.getByText('valid, Ed25519').waitFor();
    await page.getByText('this browser sees this log for the first time').waitFor();
    await page.getByRole('button', { name: 'Sign a head now' }).click();
    await page.getByText(/events, (now|\d+ seconds? ago)/).waitFor();
    await page.getByRole('button', { name: 'Check every event' }).click();
    await page.getByText('The log is whole').waitFor();
    await page.getByText(/signed heads: nothing was edited, moved, deleted or cut off\./).waitFor();
    await expectUsable(page, 'accounts-audit');

    // The log itself, by its filters.
    await page.getByLabel('Action').fill('key');
    const events = page.getByRole('table', { name: 'Events' });
    await expect.poll(() => events.getByRole('row').count()).toBe(2);
    await page.getByLabel('To day').fill('2020-01-01');
    await page.getByText('No event fits. Take a filter away.').waitFor();
    await page.getByLabel('To day').fill('');
    await page.getByLabel('Action').fill('');
    const [saved] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download the log' }).click(),
    ]);
    const verified = flowsieve(['audit', 'verify', await saved.path()]);
    expect([verified.status, verified.stdout]).toEqual([0, expect.stringContaining('nothing was edited')]);

    // A key kept elsewhere: the log's own, something else, and another's.
    await page.getByText('Check with a public key kept elsewhere').click();
    await page.getByLabel('Public key (PEM)').fill('not a key');
    await page.getByRole('button', { name: 'Check every event' }).click();
    await page.getByText('This is no public key in PEM.').waitFor();
    // Nothing of the check before it is left beside it.
    expect(await page.getByText('The log is whole').count()).toBe(0);
    const own = flowsieve(['audit', 'key', '--db', served.db]).stdout;
    await page.getByLabel('Public key (PEM)').fill(own);
    await page.getByRole('button', { name: 'Check every event' }).click();
    await page.getByText('The log is whole').waitFor();

    // Behind the daemon's back.
    const file = new Sqlite(served.db);
    file.exec(
      "DROP TRIGGER eventsNoUpdate; UPDATE events SET actor = 'somebody.else' WHERE action = 'authorisation.import'",
    );
    file.close();
    await page.getByRole('button', { name: 'Check every event' }).click();
    await page.getByText('The check failed: the log was changed').waitFor();
    await page
      .getByText(/Event \d+ \(authorisation\.import of .*\) is not the one that was logged\./)
      .first()
      .waitFor();
    await page.getByText('Change nothing, keep a copy of the database').waitFor();
    await expectUsable(page, 'accounts-audit-changed');
    expect(errors).toEqual([]);
    await close();
  });

  it('knows what it saw before: a log that is another, or shorter, is said', {
    timeout: 180_000,
  }, async () => {
    const served = await serveDashboard((db) => SIGNED(db));
    const { page, errors, close } = await login(browser(), served.address, served.token('auditor'));
    await open(page, 'Audit log');
    await page.getByText('The newest head is sound').waitFor();
    await page.evaluate(`{
      const seen = JSON.parse(localStorage.getItem('flowsieve-tree-head'));
      localStorage.setItem('flowsieve-tree-head', JSON.stringify({ ...seen, rootHash: seen.rootHash.replace(/./g, '0') }));
    }`);
    await page.reload();
    await page.getByText(/did not grow out of the one over .* that this browser has seen/).waitFor();
    await page.evaluate(`{
      const seen = JSON.parse(localStorage.getItem('flowsieve-tree-head'));
      localStorage.setItem('flowsieve-tree-head', JSON.stringify({ ...seen, treeSize: 9999 }));
    }`);
    await page.reload();
    await page.getByText(/This browser has seen a head over 9,999 events; now the newest covers/).waitFor();
    await page.getByRole('button', { name: 'Forget what this browser has seen' }).click();
    await page.getByText('The newest head is sound').waitFor();
    // It reads all, and changes nothing.
    expect(await page.getByRole('button', { name: 'Sign a head now' }).count()).toBe(0);
    expect(errors).toEqual([]);
    await close();
  });

  it('sequesters, destroys by two people, closes, erases, and answers a person', {
    timeout: 240_000,
  }, async () => {
    const served = await serveDashboard();
    const { victim, authorisation } = await takeFlowsIn(served);
    const { page, errors, close } = await login(browser(), served.address, served.token('analyst', 'a.head'));
    await open(page, 'Data subject’s request');
    await page.getByLabel('Address of the person').fill('198.51.100.0/24');
    await page.getByLabel('Which request is answered').fill('request 77');
    await page.getByRole('button', { name: 'Ask, and record it' }).click();
    await page.getByText('must be one IPv4 or IPv6 address').waitFor();
    await page.getByLabel('Address of the person').fill(victim);
    await page.getByRole('button', { name: 'Ask, and record it' }).click();
    await page.getByRole('table', { name: 'Contacts' }).waitFor();
    const [saved] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download as JSON' }).click(),
    ]);
    expect(saved.suggestedFilename()).toBe('subject-request.json');
    expect(page.url()).not.toContain(victim);
    await expectUsable(page, 'accounts-subject');

    await open(page, 'Retention');
    await page.getByText('Nothing is sequestered.').waitFor();
    await page.getByRole('button', { name: 'Sequester matches' }).click();
    const dialog = await openedDialog(page);
    await dialog.getByLabel('Which').fill('none');
    await dialog.getByLabel('Reason (recorded)').fill('order of 1 July');
    await dialog.getByRole('button', { name: 'Sequester matches' }).click();
    await dialog.getByText('there is no authorisation none').waitFor();
    await expectUsable(page, 'accounts-sequester-refused');
    await dialog.getByLabel('Which').fill(authorisation);
    await dialog.getByRole('button', { name: 'Sequester matches' }).click();
    await page.getByText('in force', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Propose destruction of sequester 1' }).click();
    await openedDialog(page);
    await dialog.getByText(/It covers \d+ matches\./).waitFor();
    await dialog.getByText('another person has to complete it').waitFor();
    await dialog.getByLabel('Reason (recorded)').fill('order of 9 July');
    await dialog.getByRole('button', { name: 'Propose destruction' }).click();
    await page.getByText('destruction proposed').waitFor();
    await page.getByRole('button', { name: 'Complete destruction of sequester 1' }).click();
    await openedDialog(page);
    await dialog.getByLabel('Reason (recorded)').fill('as ordered');
    await dialog.getByRole('button', { name: 'Complete destruction' }).click();
    await dialog.getByText('somebody else completes it (rule I8)').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await expectUsable(page, 'accounts-retention');
    await close();

    const second = await login(browser(), served.address, served.token('admin', 'b.head'));
    await open(second.page, 'Retention');
    await second.page.getByRole('button', { name: 'Complete destruction of sequester 1' }).click();
    await dialogOf(second.page).getByLabel('Reason (recorded)').fill('as ordered');
    await dialogOf(second.page).getByRole('button', { name: 'Complete destruction' }).click();
    await second.page.getByText('destroyed', { exact: true }).waitFor();
    await second.page.getByText(/\d+ matches erased,/).waitFor();
    await second.page.getByRole('button', { name: 'Release sequester 1' }).click();
    await openedDialog(second.page);
    await dialogOf(second.page).getByText('It covers 0 matches.').waitFor();
    await dialogOf(second.page).getByLabel('Reason (recorded)').fill('done');
    await dialogOf(second.page).getByRole('button', { name: 'Release' }).click();
    await second.page.getByText('Nothing is sequestered.').waitFor();
    await second.page.getByLabel('Sequesters shown').selectOption('1');
    await second.page.getByText('released', { exact: true }).waitFor();

    await second.page.getByRole('button', { name: 'Close an investigation' }).click();
    await openedDialog(second.page);
    await dialogOf(second.page).getByLabel('Which').fill(authorisation);
    await dialogOf(second.page).getByLabel('Reason (recorded)').fill('all warned');
    await dialogOf(second.page).getByRole('button', { name: 'Close', exact: true }).click();
    await second.page.getByText(/\d+ matches go earlier, by/).waitFor();
    await second.page.getByRole('button', { name: 'Erase what is due now' }).click();
    await openedDialog(second.page);
    await dialogOf(second.page).getByRole('button', { name: 'Erase', exact: true }).click();
    await second.page.getByText(/\d+ matches erased,/).waitFor();

    await open(second.page, 'Readings');
    const readings = second.page.getByRole('table', { name: 'Readings' });
    await readings.getByText('request 77').waitFor();
    expect(await readings.textContent()).not.toContain(victim);
    await second.page.getByLabel('What').selectOption('export');
    await second.page.getByText('Nobody has read anything that fits these filters.').waitFor();
    await second.page.getByLabel('What').selectOption('');
    await readings.waitFor();
    await expectUsable(second.page, 'accounts-readings');
    // A refusal is an answer with an error status, which the browser reports.
    const faults = [...errors, ...second.errors].filter((text) => !/status of 4(00|04|22)/.test(text));
    expect(faults).toEqual([]);
    await second.close();
  });
});

function dialogOf(page: Page) {
  return page.getByRole('dialog');
}
