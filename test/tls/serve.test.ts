import { once } from 'node:events';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Served } from '../daemon/served.ts';
import { flowsieve, temporaryFolder } from '../support/cli.ts';
import { HAS_OPENSSL } from './certificates.ts';
import { Parties, streamOf } from './fixture.ts';

describe.skipIf(!HAS_OPENSSL)(
  'flowsieve serve with a TLS listener (needs openssl to make certificates)',
  () => {
    let parties: Parties;
    beforeAll(() => {
      parties = new Parties();
    });
    afterAll(() => parties.workshop.remove());

    /** Paths are relative to the configuration. */
    function configured(): string {
      const folder = temporaryFolder();
      const { server, ca, client } = parties;
      copyFileSync(server.certFile, join(folder, 'server.pem'));
      copyFileSync(server.keyFile, join(folder, 'server.key'));
      copyFileSync(ca.certFile, join(folder, 'ca.pem'));
      const named = `{fingerprint: "${client.fingerprint}", operator: example-isp, retention_basis: lce-126-1}`;
      const listener = `{protocol: tls, host: 127.0.0.1, port: 0, cert: server.pem, key: server.key, ca: ca.pem, clients: [${named}]}`;
      writeFileSync(
        join(folder, 'flowsieve.yaml'),
        `database: flows.db\nlisteners: [${listener}]\nhttp: {port: 0}\n`,
      );
      return folder;
    }

    it('takes over changed certificates at SIGHUP, and keeps the former where the new cannot be used', async () => {
      const folder = configured();
      const served = new Served(folder);
      const to = await served.to();
      const shown = async () => {
        const exporter = await parties.connect(to);
        const certificate = exporter.getPeerX509Certificate()?.fingerprint256;
        exporter.end(streamOf('openvswitch-ipfix.pcap'));
        await once(exporter, 'close');
        return certificate;
      };
      expect(await shown()).toBe(parties.server.fingerprint);

      const renewed = parties.issueServer();
      copyFileSync(renewed.certFile, join(folder, 'server.pem'));
      served.child.kill('SIGHUP');
      const { fields } = await served.log.next('the configuration is not taken over');
      expect(fields.reason).toContain(
        `listeners[0].key: ${join(folder, 'server.key')}: does not go with cert`,
      );
      expect(await shown()).toBe(parties.server.fingerprint);

      copyFileSync(renewed.keyFile, join(folder, 'server.key'));
      served.child.kill('SIGHUP');
      await served.log.next('configuration reloaded');
      expect(await shown()).toBe(renewed.fingerprint);

      served.child.kill('SIGTERM');
      expect(await served.ended).toEqual([0, null]);
      const ledger = flowsieve(['ledger', '--json', '--db', served.db]).stdout.trim().split('\n');
      const records = ledger.map((line) => (JSON.parse(line) as { records: number }).records);
      expect(records.reduce((sum, count) => sum + count, 0)).toBe(3 * 540);
      expect(JSON.stringify(served.log.lines)).not.toContain('PRIVATE KEY');
    });

    it.each(['serve', 'config check'])(
      '%s ends with status 2 and names key and file that cannot be used',
      (command) => {
        const folder = configured();
        const key = join(folder, 'server.key');
        writeFileSync(key, 'no key');
        const { status, stderr } = flowsieve([
          ...command.split(' '),
          '--config',
          join(folder, 'flowsieve.yaml'),
        ]);
        expect(status).toBe(2);
        expect(stderr).toContain(`listeners[0].key: ${key}: `);
      },
    );
  },
);
