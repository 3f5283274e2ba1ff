// Certificates of the tests' own, made by openssl.
import { execFileSync, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const HAS_OPENSSL = spawnSync('openssl', ['version']).status === 0;

export interface Issued {
  /** Paths and contents of the PEM files. */
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: string;
  readonly key: string;
  readonly fingerprint: string;
}

/** Issues certificates; `remove` afterwards. */
export class Workshop {
  private readonly folder = mkdtempSync(join(tmpdir(), 'flowsieve-certificates-'));
  private count = 0;

  authority(name: string): Issued {
    return this.make(name, ['-addext', 'keyUsage=critical,keyCertSign']);
  }

  /** @param extensions as openssl takes them, `subjectAltName=DNS:…` */
  issue(name: string, by: Issued, ...extensions: string[]): Issued {
    return this.make(name, [
      ...['-CA', by.certFile, '-CAkey', by.keyFile],
      ...['basicConstraints=critical,CA:FALSE', ...extensions].flatMap((text) => ['-addext', text]),
    ]);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private make(name: string, further: readonly string[]): Issued {
    const base = join(this.folder, `${++this.count}`);
    const certFile = `${base}.pem`;
    const keyFile = `${base}.key`;
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-days', '2', '-subj', `/CN=${name}`, '-noenc'],
        ...[
          '-newkey',
          'ec',
          '-pkeyopt',
          'ec_paramgen_curve:prime256v1',
          '-keyout',
          keyFile,
          '-out',
          certFile,
        ],
        ...further,
      ],
      { stdio: 'ignore' },
    );
    const cert = readFileSync(certFile, 'utf8');
    const { fingerprint256 } = new X509Certificate(cert);
    return { certFile, keyFile, cert, key: readFileSync(keyFile, 'utf8'), fingerprint: fingerprint256 };
  }
}
