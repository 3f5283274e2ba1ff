// `flowsieve demo --serve`: the dashboard stays up, filled, and lets in whoever follows the address once.
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { startFlowsieve } from '../support/cli.ts';

it('leaves the dashboard up and logs in once', { timeout: 120_000 }, async () => {
  const demo = startFlowsieve(['demo', '--serve', '--port', '0', '--json']);
  const ended = once(demo, 'exit');
  try {
    let address = '';
    for await (const line of createInterface(demo.stdout)) {
      const said = JSON.parse(line) as { type: string; address?: string };
      if (said.type === 'dashboard') address = said.address ?? '';
      if (address !== '') break;
    }
    const [, origin, token] = /^(http:\/\/127\.0\.0\.1:\d+)\/login#code=(fs_\S+)$/.exec(address) ?? [];
    const login = () =>
      fetch(`${origin}/api/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ token }),
      });
    const first = await login();
    expect(first.status).toBe(200);
    expect((await login()).status).toBe(401);
    const cookie = String(first.headers.get('set-cookie')).split(';')[0] as string;
    const overview = await fetch(`${origin}/api/overview`, { headers: { cookie } });
    expect(await overview.json()).toMatchObject({ ready: true, totals: { matched: 3_834 } });
  } finally {
    demo.kill('SIGINT');
  }
  expect(await ended).toEqual([0, null]);
});
