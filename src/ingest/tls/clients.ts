// Which of a listener's clients a certificate names: by its SHA-256 fingerprint, or by a name or address among its subject
// alternative names. A certificate that names none, or several, is nobody's (fail closed, L1).
import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';

/** One of the two is given. */
export interface CertificateName {
  readonly fingerprint: string | null;
  /** A DNS name or an address; never a wildcard. */
  readonly san: string | null;
}

/** The clients that a verified certificate names. */
export function clientsNamed<C extends CertificateName>(
  clients: readonly C[],
  certificate: X509Certificate,
): C[] {
  return clients.filter(
    ({ fingerprint, san }) =>
      (fingerprint !== null && plainHex(fingerprint) === plainHex(certificate.fingerprint256)) ||
      (san !== null && hasName(certificate, san)),
  );
}

/** As logs name a client. */
export function nameOfClient({ fingerprint, san }: CertificateName): string {
  return san ?? `${plainHex(fingerprint ?? '').slice(0, 16)}…`;
}

/** The common name counts for nothing (RFC 6125 § 6.4.4), and a certificate for all hosts of a domain names none of them. */
function hasName(certificate: X509Certificate, san: string): boolean {
  if (isIP(san) !== 0) return certificate.checkIP(san) !== undefined;
  return certificate.checkHost(san, { subject: 'never', wildcards: false }) !== undefined;
}

function plainHex(fingerprint: string): string {
  return fingerprint.replaceAll(':', '').toUpperCase();
}
