// Notices and disputes, in a browser: an operator answers, two people decide.
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
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

describe.skipIf(WITHOUT_CHROMIUM)(`the page Notices ${NEEDS}`, () => {
  const browser = useBrowser();

  it('an operator acknowledges and disputes; two people decide', { timeout: 240_000 }, async () => {
    const { token, address } = await serveDashboard();
    const operator = await login(browser(), address, token('operator', 'c.engineer'));
    await operator.page.getByRole('link', { name: 'Notices', exact: true }).click();
    // The daemon raises them by itself.
    await expect
      .poll(
        async () => {
          await operator.page.reload();
          await operator.page.getByRole('heading', { name: 'Notices', level: 1 }).waitFor();
          return operator.page.getByRole('link', { name: 'new indicators' }).count();
        },
        { interval: 1_000 },
      )
      .toBeGreaterThan(0);
    await expectUsable(operator.page, 'notices-operator');
    await operator.page.getByRole('link', { name: 'new indicators' }).first().click();
    await operator.page.getByRole('heading', { name: 'What it says' }).waitFor();
    const disputed = await operator.page.locator('td .mono').first().textContent();
    await expectUsable(operator.page, 'notice');
    await operator.page.getByRole('button', { name: 'Acknowledge' }).click();
    await openedDialog(operator.page);
    await dialog(operator.page).getByLabel('How it was said').fill('ticket 1234');
    await dialog(operator.page).getByRole('button', { name: 'Acknowledge' }).click();
    await operator.page.getByText(', c.engineer').waitFor();

    await operator.page.getByRole('link', { name: '← Notices' }).click();
    await operator.page.getByRole('link', { name: 'Disputes' }).click();
    await operator.page.getByText('No dispute matches.').waitFor();
    await operator.page.getByRole('button', { name: 'Dispute an indicator' }).click();
    const asked = await openedDialog(operator.page);
    await asked.getByLabel('Indicator', { exact: false }).first().fill('192.0.2.77');
    await asked.getByLabel('Ground').fill('leased to a hosting customer');
    await asked.getByLabel('Wrong since').fill('2026-07-03');
    await asked.getByLabel('suspend the indicator').check();
    await asked.getByRole('button', { name: 'Open the dispute' }).click();
    await asked.getByText('you were told of no indicator 192.0.2.77').waitFor();
    await asked
      .getByLabel('Indicator', { exact: false })
      .first()
      .fill(disputed ?? '');
    await asked.getByRole('button', { name: 'Open the dispute' }).click();
    await operator.page.getByText('leased to a hosting customer').waitFor();
    await expectUsable(operator.page, 'disputes-operator');

    const decide = async (person: string): Promise<Awaited<ReturnType<typeof login>>> => {
      const analyst = await login(browser(), address, token('analyst', person));
      await analyst.page.goto(`${address}notices?view=disputes&state=open`);
      await analyst.page.getByRole('button', { name: 'Decide: 1' }).click();
      await openedDialog(analyst.page);
      await dialog(analyst.page).getByLabel('Reason').fill(`${person} has seen the lease`);
      await dialog(analyst.page).getByRole('button', { name: 'Decide' }).click();
      return analyst;
    };
    const first = await decide('a.analyst');
    await first.page.getByText('A second, different person decides.').waitFor();
    await expectUsable(first.page, 'disputes');
    await first.page.getByRole('button', { name: 'Decide: 1' }).click();
    await openedDialog(first.page);
    await dialog(first.page).getByText('a.analyst has proposed: upheld.').waitFor();
    await dialog(first.page).getByLabel('Reason').fill('again');
    await dialog(first.page).getByRole('button', { name: 'Decide' }).click();
    await dialog(first.page).getByText('it takes another person').waitFor();
    const second = await decide('b.analyst');
    await second.page.getByText('No dispute matches.').waitFor();
    await second.page.getByLabel('State').selectOption('upheld');
    await second.page.getByText('b.analyst has seen the lease').waitFor();

    // What was decided is told to the operator; the authority's people see what is not acknowledged.
    await second.page.goto(`${address}notices?state=open`);
    await expect
      .poll(
        async () => {
          await second.page.reload();
          await second.page.getByRole('heading', { name: 'Notices', level: 1 }).waitFor();
          return second.page.getByRole('link', { name: 'outcome of a dispute' }).count();
        },
        { interval: 1_000 },
      )
      .toBe(1);
    await expectUsable(second.page, 'notices');
    await second.page
      .getByRole('button', { name: /^Acknowledge: / })
      .first()
      .click();
    await dialog(second.page).getByText('has told you so').waitFor();
    await dialog(second.page).getByRole('button', { name: 'Acknowledge' }).click();
    await operator.page.getByLabel('State').selectOption('upheld');
    await operator.page.getByText('b.analyst has seen the lease').waitFor();
    expect(await operator.page.getByText('a.analyst has').count()).toBe(0);
    for (const { errors, close } of [operator, first, second]) {
      expect(errors.filter((text) => !/4(04|22)/.test(text))).toEqual([]);
      await close();
    }
  });
});
