// The page Indicators, in a browser: every action, two people where it takes two.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
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

const C2 = '203.0.113.10';

/** Fills the open dialog and sends it; it is gone when it was done. */
async function send(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
  const dialog = await openedDialog(page);
  for (const [name, value] of Object.entries(fields)) {
    const field = dialog.locator(`[name="${name}"]`);
    if ((await field.evaluate(({ tagName }) => tagName)) === 'SELECT') await field.selectOption(value);
    else await field.fill(value);
  }
  await dialog.locator('button[type=submit]').click();
}

async function done(page: Page, action: string, fields: Readonly<Record<string, string>>): Promise<void> {
  await page.getByRole('button', { name: action, exact: true }).click();
  await send(page, fields);
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}

const open = async (page: Page, address: string) => {
  // Rows that are being asked for again may move under the pointer.
  await page.locator('main [aria-busy=false] table').first().waitFor();
  await page.getByRole('link', { name: address }).first().click();
  await page.getByRole('heading', { name: address, level: 1 }).waitFor();
};

describe.skipIf(WITHOUT_CHROMIUM)(`the page Indicators ${NEEDS}`, () => {
  const browser = useBrowser();

  it('lists, filters, and does everything that an indicator’s life asks', { timeout: 400_000 }, async () => {
    const { token, address } = await serveDashboard();
    const first = await login(browser(), address, token('analyst', 'a.analyst'));
    const { page } = first;
    const state = (text: string) => page.locator('.standing').getByText(text, { exact: true }).waitFor();

    // The list: searched, filtered, sorted.
    await page
      .getByRole('navigation', { name: 'Pages' })
      .getByRole('link', { name: 'Indicators', exact: true })
      .click();
    await page.getByRole('link', { name: C2 }).waitFor();
    await page.getByLabel('Search').fill('ExampleBot');
    await page.getByRole('link', { name: C2 }).waitFor({ state: 'detached' });
    await page.getByLabel('Search').fill('');
    await page.getByLabel(/^State/).selectOption('suspended');
    await page.getByRole('link', { name: C2 }).waitFor({ state: 'detached' });
    await page.getByLabel(/^State/).selectOption('');
    await page.getByRole('button', { name: 'To verify' }).click();
    await page.getByRole('columnheader', { name: 'To verify' }).and(page.locator('[aria-sort]')).waitFor();
    await expectUsable(page, 'indicators');

    // Many are verified at once.
    await page.getByLabel(`Select ${C2}`).check();
    await page.getByRole('button', { name: 'Verify selected (1)' }).click();
    await send(page, { outcome: 'active', method: 'weekly scan' });
    await page.getByText('1 verifications recorded, 0 refused.').waitFor();
    await page.getByRole('button', { name: 'Verify all that are due' }).click();
    await send(page, { outcome: 'active', method: 'weekly scan' });
    await page.getByText(/^[1-9]\d* verifications recorded, 0 refused\.$/).waitFor();

    // One of them.
    await open(page, C2);
    await state('in force');
    await page.getByText('Why it is in force').waitFor();
    await page.getByRole('button', { name: 'Suspend', exact: true }).click();
    await send(page, { reason: 'the provider says that it has moved' });
    await state('suspended');
    await page.getByText('suspended by a.analyst: the provider says that it has moved').first().waitFor();
    await expectUsable(page, 'indicator');
    await done(page, 'Reinstate', { reason: 'the panel answers' });
    await state('in force');
    await done(page, 'Analyse', { outcome: 'inconclusive', method: 'certificates' });
    await done(page, 'Verify', { outcome: 'active', method: 'handshake' });

    // Somebody else is first: that is said, and what it is now is shown.
    const second = await login(browser(), address, token('analyst', 'b.analyst'));
    await second.page.goto(page.url());
    await second.page.getByRole('button', { name: 'Suspend', exact: true }).click();
    await done(page, 'Suspend', { reason: 'in doubt' });
    await send(second.page, { reason: 'in doubt as well' });
    await second.page.getByText('Somebody else has changed it meanwhile.').waitFor();
    await second.page.getByRole('button', { name: 'Cancel' }).click();
    await second.page.locator('.standing').getByText('suspended', { exact: true }).waitFor();
    await done(second.page, 'Reinstate', { reason: 'it is the same server' });
    await page.reload();
    await done(page, 'Record a dispute', { ground: 'the address was given to another customer' });
    await page.getByText(/disputed by example-isp \(a\.analyst\)/).waitFor();
    await done(page, 'Revoke', { reason: 'seized' });
    await state('revoked');
    expect(await page.getByRole('button', { name: 'Verify', exact: true }).count()).toBe(0);
    await page.getByText('indicator.revoke').waitFor();

    // A 412 is an answer that the browser's console tells of.
    const known = (text: string) => !text.includes('412');
    expect(first.errors.filter(known)).toEqual([]);
    expect(second.errors.filter(known)).toEqual([]);
    await first.close();
    await second.close();
  });

  it('is used by keyboard alone: found, opened, suspended with a reason', { timeout: 200_000 }, async () => {
    const { token, address } = await serveDashboard();
    const { page, errors, close } = await login(browser(), address, token('analyst', 'a.analyst'));
    const focus = page.locator(':focus');
    /** Goes on to what has the focus by this name, as somebody does who sees no pointer. */
    const tabTo = async (name: RegExp): Promise<void> => {
      for (let steps = 0; steps < 60; steps++) {
        await page.keyboard.press('Tab');
        const text = 'document.activeElement.ariaLabel ?? document.activeElement.textContent.trim()';
        if (name.test(await page.evaluate<string>(text))) return;
      }
      throw new Error(`the focus does not come to ${name}`);
    };
    await page.getByRole('heading', { name: 'Now', level: 1 }).waitFor();
    await tabTo(/^Indicators$/);
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: C2 }).waitFor();
    await expect.poll(() => focus.textContent()).toBe('Indicators');
    await tabTo(new RegExp(`^${C2}`));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: C2, level: 1 }).and(focus).waitFor();
    await page.getByRole('button', { name: 'Suspend', exact: true }).waitFor();
    await tabTo(/^Suspend$/);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: `Suspend: ${C2}` }).waitFor();
    await page.getByLabel('Reason').and(focus).waitFor();
    // Given up, and begun again from where it was.
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Suspend', exact: true }).and(focus).waitFor();
    await page.keyboard.press('Enter');
    await page.getByLabel('Reason').and(focus).waitFor();
    await page.keyboard.type('the provider has moved it');
    await tabTo(/^Suspend$/);
    await page.keyboard.press('Enter');
    await page.getByRole('status').getByText(`Done: Suspend: ${C2}`).waitFor();
    await page.locator('.standing').getByText('suspended', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Reinstate', exact: true }).waitFor();
    // The button is gone, the focus is not lost.
    await expect.poll(() => focus.count()).toBe(1);
    expect(errors).toEqual([]);
    await close();
  });

  it('takes a feed in, completes a proposal, and has two people confirm it', {
    timeout: 400_000,
  }, async () => {
    const { token, address } = await serveDashboard();
    const first = await login(browser(), address, token('analyst', 'a.analyst'));
    const second = await login(browser(), address, token('admin', 'b.admin'));
    const { page } = first;
    const feed = join(temporaryFolder(), 'partner.txt');
    writeFileSync(feed, '185.10.16.0/20\nnowhere\n');
    await page
      .getByRole('navigation', { name: 'Pages' })
      .getByRole('link', { name: 'Indicators', exact: true })
      .click();
    await page.getByRole('link', { name: 'Take in a feed' }).click();
    await page.getByLabel('File').setInputFiles(feed);
    await page.getByLabel('Format').selectOption('text');
    await page.locator('[name=source]').fill('partner-a');
    await page.getByLabel('Reliability of the source').selectOption('B');
    await page.getByLabel('Credibility of what it says').selectOption('2');
    await page.getByRole('button', { name: 'Check' }).click();
    await page.getByText('What would be taken in; nothing was kept').waitFor();
    await page.getByRole('button', { name: 'Take in' }).click();
    await page.getByRole('heading', { name: 'What was taken in' }).waitFor();
    await page.getByText('Refused: 1 of 1').waitFor();
    await expectUsable(page, 'indicators-feed');

    // What is missing, field by field; so wide a prefix takes two people.
    await page.getByRole('link', { name: '185.10.16.0/20' }).first().click();
    await page.getByText('a draft: it matches nothing until it is complete').waitFor();
    await page.getByRole('button', { name: 'Complete', exact: true }).click();
    await send(page, {
      first_seen: '2026-11-01T10:00:00Z',
      first_seen_event: 'the panel answered there',
      country: 'NL',
      'threat.activity': 'espionage',
      'basis.retention': 'lce-126-1',
      'basis.access': 'lce-127-1-2-2',
      'basis.task': 'nis2-21-2-2',
      otherField: 'threat.kind',
      otherValue: 'serious-public-security-threat',
    });
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await done(page, 'Complete', {
      'threat.relation': 'actor-or-means',
      'threat.description': 'operated by the actor',
    });
    await page.getByText('2 different people are needed.').first().waitFor();
    await page.getByRole('button', { name: 'Override', exact: true }).waitFor();
    await done(page, 'Override', { reason: 'it is the actor’s, see the ticket' });
    await page.getByText('1 of 2: another person is needed.').waitFor();
    await done(page, 'Analyse', { outcome: 'confirmed', method: 'handshake' });
    await page.getByRole('button', { name: 'Override', exact: true }).click();
    await send(page, { reason: 'once more' });
    await page.getByText(/it takes another person/).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await second.page.goto(page.url());
    await done(second.page, 'Override', { reason: 'it is' });
    await done(second.page, 'Analyse', { outcome: 'confirmed', method: 'certificates' });
    await done(second.page, 'Verify', { outcome: 'active', method: 'handshake' });
    await second.page.locator('.standing').getByText('in force', { exact: true }).waitFor();
    await second.page.getByText('Confirmed by 2 different people: a.analyst, b.admin.').waitFor();
    await expectUsable(second.page, 'indicator-confirmed');

    // A refusal by a rule is an answer too.
    expect(first.errors.filter((text) => !text.includes('422'))).toEqual([]);
    expect(second.errors).toEqual([]);
    await first.close();
    await second.close();
  });

  it('tells why a flow would match, to an auditor, who changes nothing', { timeout: 200_000 }, async () => {
    const { token, address } = await serveDashboard();
    const { page, errors, close } = await login(browser(), address, token('auditor'));
    await page
      .getByRole('navigation', { name: 'Pages' })
      .getByRole('link', { name: 'Indicators', exact: true })
      .click();
    await page.getByRole('link', { name: C2 }).waitFor();
    expect(await page.getByRole('button', { name: /Verify/ }).count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Take in a feed' }).count()).toBe(0);
    // A list is come back to as it was left.
    await page.getByLabel('Search').fill(C2);
    await expect.poll(() => page.url()).toContain(`q=${C2}`);
    await open(page, C2);
    await page.getByRole('link', { name: '← All indicators' }).click();
    await page.getByRole('link', { name: C2 }).waitFor();
    expect(await page.getByLabel('Search').inputValue()).toBe(C2);

    await page.getByRole('link', { name: 'Would it match?' }).click();
    await page.getByLabel('Destination address').fill(C2);
    await page.getByLabel('Destination port').fill('443');
    await page.getByLabel('Begins (UTC)').fill('2026-11-20T10:00:00');
    await page.getByLabel('Kept by the operator under').selectOption('lce-126-1');
    await page.getByRole('button', { name: 'Ask' }).click();
    await page.getByText('matched: it would be stored').first().waitFor();
    await expectUsable(page, 'indicators-explain');
    await page.getByLabel('Destination port').fill('80');
    await page.getByRole('button', { name: 'Ask' }).click();
    await page.getByText('another port or protocol').first().waitFor();
    await page.getByRole('link', { name: C2 }).click();
    await page.getByRole('heading', { name: 'History' }).waitFor();
    expect(await page.getByRole('button', { name: 'Revoke' }).count()).toBe(0);

    // Reasons are said in the language chosen.
    await page
      .getByText(/verification due, last by/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: /an\.auditor/ }).click();
    await page.getByLabel('Language').selectOption('fr');
    await page
      .getByText(/vérification due, la dernière par/)
      .first()
      .waitFor();
    expect(await page.getByText(/verification due|first seen/).count()).toBe(0);
    expect(errors).toEqual([]);
    await close();
  });
});
