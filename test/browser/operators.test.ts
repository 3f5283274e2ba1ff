// The page of operators and exporters, in a browser, over a daemon that takes flows in.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { capturedDatagrams } from '../../src/ingest/pcap/captured-datagrams.ts';
import { exportFrom } from '../../src/ingest/udp/exporter.ts';
import { openDatabase } from '../../src/store/database.ts';
import { knownOperators } from '../../src/store/operators.ts';
import { CAPTURES, flowsieve } from '../support/cli.ts';
import {
  expectUsable,
  login,
  NEEDS,
  openedDialog,
  serveDashboard,
  useBrowser,
  WITHOUT_CHROMIUM,
} from './fixture.ts';

function capture(name: string) {
  return [...capturedDatagrams(join(CAPTURES, name))];
}

describe.skipIf(WITHOUT_CHROMIUM)(`the page Operators ${NEEDS}`, () => {
  const browser = useBrowser();

  it('shows who sends, what is wrong and what to do, and changes an operator', {
    timeout: 240_000,
  }, async () => {
    const { to, db, token, address } = await serveDashboard((path) => {
      flowsieve(['operator', 'add', 'silent-isp', '--name', 'Silent ISP', '--db', path]);
    });
    const { page, errors, close } = await login(browser(), address, token('engineer', 'an.engineer'));
    await page.getByRole('link', { name: 'Operators', exact: true }).click();
    await page.getByRole('heading', { name: 'Operators', level: 1 }).waitFor();
    await page.getByText('No exporter has been heard that fits.').waitFor();
    await expectUsable(page, 'operators-empty');

    await exportFrom('127.0.0.5', [...capture('softflowd-netflow9.pcap'), new Uint8Array(7)], to);
    await exportFrom('127.0.0.6', capture('softflowd-netflow5.pcap'), to);
    await expect
      .poll(
        async () => {
          await page.getByRole('button', { name: 'Ask again' }).click();
          return page.getByRole('row', { name: /127\.0\.0\.[56]/ }).count();
        },
        { interval: 500 },
      )
      .toBe(2);
    const damaged = page.getByRole('row', { name: /127\.0\.0\.5/ });
    await damaged.getByText('not decodable').waitFor();
    // What to do about it, and whom it concerns.
    const todo = page
      .getByRole('region', { name: 'What to do' })
      .getByRole('listitem')
      .filter({ hasText: 'not decodable' });
    await todo.getByText('The log names exporter and fault.').waitFor();
    await todo.getByText('127.0.0.5 (example-isp)').waitFor();
    await expectUsable(page, 'operators');

    // The most first; the order stands in the address, and lasts.
    const first = page
      .getByRole('table', { name: /^Exporters/ })
      .getByRole('row')
      .nth(1);
    await page.getByRole('button', { name: 'flows/s' }).click();
    await first.getByText('127.0.0.6').waitFor();
    await page.getByRole('button', { name: 'flows/s' }).click();
    await first.getByText('127.0.0.5').waitFor();
    expect(page.url()).toContain('sort=recordsPerSecond&order=desc');
    await page.reload();
    await first.getByText('127.0.0.5').waitFor();

    await page.getByLabel('Exporter’s address begins with').fill('127.0.0.6');
    await expect.poll(() => damaged.count()).toBe(0);
    await page.getByLabel('Exporter’s address begins with').fill('');
    await damaged.waitFor();

    await page.getByRole('link', { name: 'silent-isp' }).click();
    await page.getByText('Silent ISP', { exact: true }).waitFor();
    await page.getByText('No flows in the last hour.').waitFor();
    await page.getByRole('combobox', { name: 'Operator' }).selectOption('example-isp');
    await page.getByText('As a table').click();
    await page.getByRole('columnheader', { name: 'matched/s' }).waitFor();
    await damaged.waitFor();

    await page.getByRole('button', { name: 'Change example-isp' }).click();
    const dialog = await openedDialog(page);
    await dialog.getByLabel('Name').fill('Example ISP');
    await dialog.getByLabel('Language').selectOption('nl');
    await dialog.getByLabel('Contact').fill('soc@isp.example');
    // Somebody else is faster: what was not seen is not undone.
    flowsieve(['operator', 'add', 'example-isp', '--contact', 'noc@isp.example', '--db', db]);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('it has changed meanwhile').waitFor();
    await expectUsable(page, 'operators-edit');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Change example-isp' }).and(page.locator(':focus')).waitFor();
    await page.getByText('noc@isp.example').waitFor();
    await page.getByRole('button', { name: 'Change example-isp' }).click();
    await dialog.getByLabel('Name').fill('Example ISP');
    await dialog.getByLabel('Language').selectOption('nl');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('definition').filter({ hasText: 'Example ISP' }).waitFor();
    const store = openDatabase(db, { readonly: true });
    expect(knownOperators(store).get('example-isp')).toMatchObject({
      name: 'Example ISP',
      contact: 'noc@isp.example',
      language: 'nl',
    });
    store.close();
    await expectUsable(page, 'operators-one');

    await page.goto(`${address}operators?operator=none`);
    await page.getByText('There is no operator none.').waitFor();
    // The refusal above, which the browser tells of too.
    expect(errors.filter((text) => !text.includes('412'))).toEqual([]);
    await close();

    const own = await login(browser(), address, token('operator'));
    await own.page.getByRole('link', { name: 'Operators', exact: true }).click();
    await own.page.getByText('Example ISP', { exact: true }).waitFor();
    await own.page.getByRole('row', { name: /127\.0\.0\.6/ }).waitFor();
    expect(await own.page.getByRole('button', { name: 'Change' }).count()).toBe(0);
    expect(await own.page.getByText('silent-isp').count()).toBe(0);
    await expectUsable(own.page, 'operators-own');
    expect(own.errors).toEqual([]);
    await own.close();
  });
});
