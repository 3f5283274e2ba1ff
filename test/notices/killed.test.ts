import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Deliverer } from '../../src/notices/deliverer.ts';
import { attemptsOf, iterateNotices } from '../../src/store/notices.ts';
import { Authority, entry, settings } from './fixture.ts';
import { WebServer } from './servers.ts';

const PROGRAM = join(import.meta.dirname, 'killed-deliverer.mjs');
const BUILT = existsSync(join(import.meta.dirname, '../../dist/src/notices/deliverer.js'));
const LONGER_THAN_ANY_LEASE_MS = 60_000;

describe.skipIf(!BUILT)('a process that is killed while it delivers (needs the build: npm run build)', () => {
  it('loses nothing: another delivers the same notice again, and not before its lease is over', async () => {
    const authority = new Authority();
    await authority.import([entry('203.0.113.7')]);
    authority.look();
    const web = new WebServer((response, times) => {
      if (times > 1) response.writeHead(204).end();
    });
    const secretFile = join(authority.folder, 'secret');
    writeFileSync(secretFile, 'a secret of the test, long enough');
    const url = await web.start();
    const channel = {
      channel: 'webhook',
      operator: 'example-isp',
      url,
      secretFile,
      ca: null,
      plain: true,
    } as const;
    const configuration = settings(authority.folder, { channels: [channel], timeoutSeconds: 20 });

    const child = spawn(process.execPath, [PROGRAM, authority.path, JSON.stringify(configuration)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    await web.until(1);
    const signal = new AbortController().signal;
    const now = new Deliverer(authority.db, configuration);
    expect(now.begin(signal)).toBe(0);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(now.begin(signal)).toBe(0);
    expect([...iterateNotices(authority.db)]).toMatchObject([{ state: 'due' }]);

    const later = new Deliverer(authority.db, configuration, {
      clock: () => Date.now() + LONGER_THAN_ANY_LEASE_MS,
    });
    expect(later.begin(signal)).toBe(1);
    await later.finish();
    expect([...iterateNotices(authority.db)]).toMatchObject([{ state: 'delivered' }]);
    const [first, second] = web.received;
    expect(second?.headers['flowsieve-notice']).toBe(first?.headers['flowsieve-notice']);
    expect(second?.body.equals(first!.body)).toBe(true);
    expect(attemptsOf(authority.db, 1)).toMatchObject([
      { attempt: 1, problem: expect.stringContaining('has ended') },
      { attempt: 2, problem: null },
    ]);
  });
});
