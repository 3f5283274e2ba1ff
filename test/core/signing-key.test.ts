import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { publicKeyId, SigningKey, verifySignature } from '../../src/core/signing-key.ts';

const folder = mkdtempSync(join(tmpdir(), 'flowsieve-key-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const DIST = join(import.meta.dirname, '../../dist/src/core/signing-key.js');
const BYTES = Buffer.from('{"kind":"revocation"}');

describe('the signing key', () => {
  const path = join(folder, 'key.pem');

  it('is made on first use, readable to its owner alone, and stays', () => {
    const made = SigningKey.open(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const again = SigningKey.open(path);
    expect(again.publicKeyPem).toBe(made.publicKeyPem);
    expect(again.keyId).toMatch(/^[0-9a-f]{16}$/);
    expect(publicKeyId(made.publicKeyPem)).toBe(made.keyId);
    expect(readdirSync(folder)).toEqual(['key.pem']);
  });

  it('signs; a signature goes with its bytes and its key only', () => {
    const key = SigningKey.open(path);
    const signature = key.sign(BYTES);
    const other = SigningKey.open(join(folder, 'other.pem'));
    expect(signature).toHaveLength(64);
    expect(verifySignature(key.publicKeyPem, BYTES, signature)).toBe(true);
    expect(verifySignature(key.publicKeyPem, Buffer.from('{"kind":"suspension"}'), signature)).toBe(false);
    expect(verifySignature(key.publicKeyPem, BYTES, signature.subarray(1))).toBe(false);
    expect(verifySignature(other.publicKeyPem, BYTES, signature)).toBe(false);
    expect(verifySignature('no key', BYTES, signature)).toBe(false);
    expect(publicKeyId('no key')).toBeNull();
  });

  it('is refused where others may read it, where it is none, and where it cannot be made', () => {
    const open = join(folder, 'open.pem');
    writeFileSync(open, readFileSync(path), { mode: 0o600 });
    chmodSync(open, 0o640);
    expect(() => SigningKey.open(open)).toThrow(/others than its owner may use it: chmod 600/);
    writeFileSync(join(folder, 'text.pem'), 'text', { mode: 0o600 });
    expect(() => SigningKey.open(join(folder, 'text.pem'))).toThrow(
      /text.pem: the signing key cannot be used/,
    );
    writeFileSync(join(folder, 'long.pem'), 'x'.repeat(5_000), { mode: 0o600 });
    expect(() => SigningKey.open(join(folder, 'long.pem'))).toThrow(/has 5000 octets/);
    expect(() => SigningKey.open(join(folder, 'none', 'key.pem'))).toThrow(/ENOENT/);
  });

  it.skipIf(!existsSync(DIST))('is one, however many processes make it at once (needs the build)', () => {
    const shared = join(folder, 'shared.pem');
    const program = `import { SigningKey } from ${JSON.stringify(DIST)};
      console.log(SigningKey.open(${JSON.stringify(shared)}).keyId);`;
    const script = join(folder, 'open.mjs');
    writeFileSync(script, program);
    const said = execFileSync(
      '/bin/sh',
      ['-c', `for n in 1 2 3 4 5 6; do "${process.execPath}" "${script}" & done; wait`],
      { encoding: 'utf8' },
    );
    const ids = said.trim().split('\n');
    expect(ids).toHaveLength(6);
    expect(new Set(ids)).toEqual(new Set([SigningKey.open(shared).keyId]));
    expect(readdirSync(folder).filter((name) => name.startsWith('shared'))).toEqual(['shared.pem']);
  });
});
