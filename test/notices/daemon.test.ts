// The daemon tells operators by itself, of what other processes change and of what time changes.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Content } from '../../src/notices/notice.ts';
import { importAuthorisation } from '../../src/store/authorisations.ts';
import { openDatabase } from '../../src/store/database.ts';
import { readEvents } from '../../src/store/events.ts';
import { findIndicator } from '../../src/store/indicator-names.ts';
import { recordStep } from '../../src/store/indicator-steps.ts';
import { changed, type Fields, fileOf, HEADER, verification } from '../authority/fixture.ts';
import { Served } from '../daemon/served.ts';
import { temporaryFolder } from '../support/cli.ts';
import { entry } from './fixture.ts';

const A = '203.0.113.7';
const B = '203.0.113.8';
const DAY_MS = 86_400_000;
const WAIT = { interval: 50 };

/** Verified so that the next verification is due at an instant. */
function due(atMs: number): Fields[] {
  return [verification(new Date(atMs - 7 * DAY_MS).toISOString())];
}

function configure(folder: string, notices: string): void {
  mkdirSync(join(folder, 'drop'), { recursive: true });
  writeFileSync(
    join(folder, 'flowsieve.yaml'),
    `database: flows.db
http: {port: 0}
listeners:
  - {protocol: udp, host: 127.0.0.1, port: 0, operator: example-isp, retention_basis: lce-126-1, exporters: [127.0.0.0/8]}
notices:
${notices}`,
  );
}

const DROP = 'channels: [{channel: folder, operator: example-isp, path: drop}]';

describe('the daemon', () => {
  it('tells operators of what another process changes, and of what falls due, at that moment (L9, L10)', async () => {
    const folder = temporaryFolder();
    configure(folder, `  ${DROP}\n`);
    const db = openDatabase(join(folder, 'flows.db'));
    const told = () =>
      readdirSync(join(folder, 'drop'))
        .filter((name) => name.endsWith('.json'))
        .map((name) => JSON.parse(readFileSync(join(folder, 'drop', name), 'utf8')) as Content)
        .map((content) =>
          content.type === 'notice'
            ? `${content.kind} ${content.indicators.map(({ address }) => address).sort()}`
            : content.type,
        );
    try {
      const served = new Served(folder);
      await served.log.next('started');
      const dueMs = Date.now() + 4_000;
      const entries = [
        entry(A, { verifications: due(Date.now() + DAY_MS) }),
        entry(B, { verifications: due(dueMs) }),
      ];
      await importAuthorisation(db, JSON.stringify(fileOf(changed(HEADER, { ends: undefined }), entries)));
      await expect.poll(told, WAIT).toContainEqual(expect.stringContaining(`new ${A}`));

      const { id } = findIndicator(db, A);
      recordStep(db, id, { kind: 'revoke', reason: 'sinkholed' }, { by: 'a.analyst', role: 'analyst' });
      await expect.poll(told, WAIT).toContain(`revocation ${A}`);
      await expect.poll(told, WAIT).toContain(`suspension ${B}`);
      const overdue = [...readEvents(db)].filter(({ action }) => action === 'indicator.overdue');
      expect(overdue).toMatchObject([{ actor: 'system', detail: { address: B, sinceMs: dueMs } }]);
      expect(overdue[0]!.atMs).toBeGreaterThanOrEqual(dueMs);

      served.child.kill('SIGTERM');
      expect((await served.ended)[0]).toBe(0);
      expect(served.log.lines.filter(({ level }) => level === 'error')).toEqual([]);
      const delivered = served.log.lines.filter(({ message }) => message === 'a notice was delivered');
      expect(delivered).toHaveLength(3);
    } finally {
      db.close();
    }
  });

  it('escalates what is not acknowledged, also with a channel that came by a reload', async () => {
    const folder = temporaryFolder();
    configure(folder, '  acknowledge_within_seconds: 1\n');
    const db = openDatabase(join(folder, 'flows.db'));
    const files = () =>
      readdirSync(join(folder, 'drop'))
        .filter((name) => name.endsWith('.json'))
        .map((name) => name.replace(/-.*/, ''))
        .sort();
    try {
      const entries = [entry(A, { verifications: due(Date.now() + DAY_MS) })];
      await importAuthorisation(db, JSON.stringify(fileOf(changed(HEADER, { ends: undefined }), entries)));
      const served = new Served(folder);
      await served.log.next('notices are escalated');
      expect(files()).toEqual([]);
      configure(folder, `  escalation: [{channel: folder, path: drop}]\n  ${DROP}\n`);
      served.child.kill('SIGHUP');
      await expect.poll(files, WAIT).toEqual(['escalation', 'notice']);
      served.child.kill('SIGTERM');
      expect((await served.ended)[0]).toBe(0);
    } finally {
      db.close();
    }
  });
});
