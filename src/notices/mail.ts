// The one door to nodemailer: sends one message after another over SMTP, each within a time of its own. It knows nothing
// of notices, and reads no file or URL that a message names.
import type { Transporter } from 'nodemailer';
import { FlowSieveError } from '../core/errors.ts';
import { readNamedFile, readSecretFile } from './secret-file.ts';

/** The configuration's `mail`. */
export interface MailSettings {
  /** `null` = no mail is sent. */
  readonly host: string | null;
  readonly port: number;
  /** `starttls`: required after connecting; `implicit`: from the first octet; `none`: in clear text. */
  readonly tls: 'starttls' | 'implicit' | 'none';
  /** Authorities that signed the server's certificate, PEM; `null` = those that Node.js knows. */
  readonly ca: string | null;
  readonly user: string | null;
  readonly passwordFile: string | null;
  readonly from: string | null;
  readonly timeoutSeconds: number;
}

export interface Mail {
  /** One address. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** `<…@…>`: the same for every attempt, so that a reader can tell a repetition. */
  readonly messageId: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly attachments?: readonly MailAttachment[];
}

export interface MailAttachment {
  readonly name: string;
  readonly type: string;
  readonly content: Uint8Array;
}

export interface Mailer {
  /** Resolves when the server has taken the message over. @throws what the server or the network said */
  send(mail: Mail, signal?: AbortSignal): Promise<void>;
  close(): void;
}

const MAX_RESPONSE_BYTES = 65_536;

/** @throws FlowSieveError CONFIGURATION */
export function openMailer(settings: MailSettings): Mailer {
  const { host, port, tls, from, timeoutSeconds } = settings;
  if (host === null || from === null) {
    throw new FlowSieveError(
      'CONFIGURATION',
      `mail.${host === null ? 'host' : 'from'}: is needed to send mail`,
    );
  }
  const timeoutMs = timeoutSeconds * 1_000;
  const options = {
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    tls: {
      minVersion: 'TLSv1.2' as const,
      ...(settings.ca === null ? {} : { ca: readNamedFile('mail.ca', settings.ca) }),
    },
    ...authentication(settings),
    // From the name to the greeting. Well within the whole: a server that is not there is then told from one that may have
    // taken the message.
    connectionTimeout: timeoutMs / 2,
    greetingTimeout: timeoutMs / 2,
    dnsTimeout: timeoutMs / 2,
    // Never before the whole: nodemailer calls it a failure to connect, also where the message is on its way.
    socketTimeout: 2 * timeoutMs,
    socketCloseTimeout: 0,
    maxResponseSize: MAX_RESPONSE_BYTES,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
  // Loaded with the first message: most daemons mail nothing.
  let opening: Promise<Transporter> | null = null;
  const opened = () => {
    opening ??= import('nodemailer').then(({ createTransport }) => createTransport(options));
    return opening;
  };
  return {
    async send({ to, subject, text, messageId, headers = {}, attachments = [] }, signal) {
      const late = AbortSignal.timeout(timeoutMs);
      const transport = await opened();
      await transport.sendMail({
        from,
        to: { name: '', address: to },
        subject,
        text,
        messageId,
        headers: { ...headers },
        attachments: attachments.map(({ name, type, content }) => ({
          filename: name,
          contentType: type,
          content: Buffer.from(content),
        })),
        signal: signal ? AbortSignal.any([late, signal]) : late,
      });
    },
    close: () =>
      void opening?.then(
        (transport) => transport.close(),
        () => {},
      ),
  };
}

function authentication({ user, passwordFile }: MailSettings): object {
  if (user === null || passwordFile === null) return {};
  return { auth: { user, pass: readSecretFile('mail.password_file', passwordFile) } };
}
