// Every option of the configuration, once. Keys are those of the file; `FLOWSIEVE_` and the key in capitals, with `_`
// for each dot, is the same option in the environment.
import {
  basis,
  choice,
  consent,
  fingerprint,
  integer,
  mailAddress,
  operatorId,
  optional,
  path,
  prefixes,
  records,
  type Settings,
  text,
  url,
  variants,
} from './option.ts';

const MAX_PORT = 65_535;
const MAX_WORKERS = 64;

const OPERATOR = text({
  help: 'the operator whose flows arrive here; matched only by indicators whose authorisation names it',
  rule: 'L1',
});
const RETENTION_BASIS = basis({ help: 'the legal basis under which the operator had kept them', rule: 'L7' });
const HOST = text({ help: 'the local address to listen on; `::` is all, IPv4 included', default: '::' });

const UDP = {
  host: HOST,
  port: integer(0, MAX_PORT, { help: 'the local port; 0 = any that is free', default: 2055 }),
  operator: OPERATOR,
  retention_basis: RETENTION_BASIS,
  exporters: prefixes({
    help: 'addresses and prefixes from which flows are taken; all others are refused and counted',
    rule: 'L1',
  }),
  receive_buffer: integer(65_536, 1_073_741_824, {
    help: 'octets of receive buffer asked of the kernel for each socket, which gives no more than net.core.rmem_max',
    default: 16_777_216,
  }),
  sockets: integer(1, 16, {
    help: 'sockets on this port, between which the kernel spreads exporters (Node 22.12 or later)',
    default: 1,
  }),
};

const STREAM_LIMITS = {
  max_connections: integer(1, 1_024, {
    help: 'connections at a time; further ones are refused and counted',
    default: 64,
  }),
  max_connections_per_client: integer(1, 1_024, { help: 'of them, those of one client', default: 8 }),
  idle_seconds: integer(1, 86_400, {
    help: 'seconds without a whole message after which a connection is ended',
    default: 3_600,
  }),
};

const TCP = {
  host: HOST,
  port: integer(0, MAX_PORT, { help: 'the local port; 0 = any that is free', default: 4739 }),
  plain: consent({
    help: 'flows may cross the network unencrypted, and an address is enough to know an exporter by: else use `tls`',
  }),
  operator: OPERATOR,
  retention_basis: RETENTION_BASIS,
  exporters: prefixes({
    help: 'addresses and prefixes from which connections are taken; all others are refused and counted. One address is one client',
    rule: 'L1',
  }),
  ...STREAM_LIMITS,
};

const TLS_CLIENT = {
  fingerprint: optional(fingerprint({ help: "SHA-256 of the client's certificate; this or `san`" })),
  san: optional(
    text({
      help: "a DNS name or an address among the subject alternative names of the client's certificate; no wildcard",
    }),
  ),
  operator: OPERATOR,
  retention_basis: RETENTION_BASIS,
};

const TLS = {
  host: HOST,
  port: integer(0, MAX_PORT, { help: 'the local port; 0 = any that is free', default: 4740 }),
  cert: path({ help: 'the certificate shown to clients, with those between it and its authority, PEM' }),
  key: path({ help: 'its private key, PEM, not encrypted' }),
  ca: path({ help: "the authorities that signed the clients' certificates, PEM" }),
  clients: records(TLS_CLIENT, {
    help: 'the clients that are let in, by certificate; all others are refused and counted',
    rule: 'L1',
  }),
  handshake_seconds: integer(1, 120, {
    help: 'seconds within which a client must have shown its certificate',
    default: 10,
  }),
  ...STREAM_LIMITS,
};

const WEBHOOK = {
  url: url({ help: 'where notices are posted to', rule: 'L10' }),
  secret_file: path({
    help: 'the secret that requests are authenticated with (HMAC-SHA256), 16 octets or more',
  }),
  ca: optional(
    path({
      help: "authorities that signed the server's certificate, PEM; without it those that Node.js knows",
    }),
  ),
  plain: optional(consent({ help: 'notices may be posted over http, unencrypted, to this machine itself' })),
};
const MAIL_BOX = { to: mailAddress({ help: 'the address that notices are mailed to', rule: 'L10' }) };
const FOLDER = {
  path: path({
    help: 'the folder that notices are put into; the operator takes them from there',
    rule: 'L10',
  }),
};
const NOTIFIED = operatorId({ help: 'the operator that is told so' });

export const OPTIONS = {
  database: path({ help: 'the database; it is created where there is none', default: 'flowsieve.db' }),
  listeners: variants(
    'protocol',
    { udp: UDP, tcp: TCP, tls: TLS },
    { help: 'where `serve` takes in flows; other commands need none', default: [] },
  ),
  signing_key: optional(
    path({
      help: 'the key that notices and the audit log are signed with; made where there is none. Without it: the name of the database and `-key.pem`',
    }),
  ),
  regimes: optional(
    path({
      help: 'a folder with further legal regimes, one file each (docs/regimes.md)',
      rule: 'L4',
    }),
  ),
  receiving: {
    threads: integer(1, 16, {
      help: 'receiver threads of the daemon, between which listeners are spread',
      default: 1,
    }),
  },
  matching: {
    straddling: choice(['contained', 'overlapping'], {
      help: "whether a flow must lie whole in an indicator's traffic window, or may reach over its edge",
      default: 'contained',
      rule: 'L3',
    }),
    workers: integer(1, MAX_WORKERS, { help: 'match threads of the daemon', default: 1 }),
    flush_after_ms: integer(1, 10_000, {
      help: 'milliseconds after which a batch that is not full goes to the workers',
      default: 50,
    }),
  },
  verification: {
    on_overdue: choice(['suspend', 'warn'], {
      help: 'what becomes of an indicator that was not verified in time: it matches nothing until it is, or a warning is given',
      default: 'suspend',
      rule: 'L9',
    }),
  },
  warning_lists: {
    on_authorised: choice(['warn', 'block'], {
      help: "what a hard hit does to an address that the authority's own file lists: a warning is given, or it matches nothing until it is cleared or two people override; what was proposed is always blocked",
      default: 'warn',
      rule: 'L21',
    }),
  },
  notices: {
    channels: variants(
      'channel',
      {
        webhook: { operator: NOTIFIED, ...WEBHOOK },
        mail: { operator: NOTIFIED, ...MAIL_BOX },
        folder: { operator: NOTIFIED, ...FOLDER },
      },
      {
        help: 'how operators are told of revocations and the like; an operator may have several',
        default: [],
        rule: 'L10',
      },
    ),
    escalation: variants(
      'channel',
      { webhook: WEBHOOK, mail: MAIL_BOX, folder: FOLDER },
      {
        help: 'who is told of a notice that is not acknowledged, or cannot be delivered',
        default: [],
        rule: 'L10',
      },
    ),
    acknowledge_within_seconds: integer(1, 2_592_000, {
      help: 'seconds from issue to acknowledgement; then a notice is escalated',
      default: 86_400,
      rule: 'L10',
    }),
    timeout_seconds: integer(1, 120, { help: 'seconds that one attempt to deliver may take', default: 15 }),
    max_attempts: integer(1, 100, {
      help: 'attempts to deliver, after which a notice is escalated and waits for `notice send`',
      default: 15,
    }),
    first_retry_seconds: integer(1, 3_600, {
      help: 'seconds from the first attempt to the second, within a quarter; each further pause is twice as long',
      default: 5,
    }),
    longest_retry_seconds: integer(1, 86_400, { help: 'the longest pause', default: 3_600 }),
  },
  mail: {
    host: optional(text({ help: 'the SMTP server; without it no mail is sent' })),
    port: integer(1, MAX_PORT, { help: 'its port', default: 587 }),
    tls: choice(['starttls', 'implicit', 'none'], {
      help: 'encryption: required after connecting, from the first octet, or none',
      default: 'starttls',
    }),
    ca: optional(
      path({
        help: "authorities that signed the server's certificate, PEM; without it those that Node.js knows",
      }),
    ),
    user: optional(text({ help: 'the user to log in as; with `password_file`, and not without encryption' })),
    password_file: optional(path({ help: 'the file that holds the password' })),
    from: optional(mailAddress({ help: "the sender's address; required with `host`" })),
    timeout_seconds: integer(1, 120, { help: 'seconds that sending one message may take', default: 30 }),
  },
  organisation: {
    name: optional(text({ help: 'who warns and hands out, in full, as recipients read it' })),
    mail: optional(
      mailAddress({ help: 'where recipients reach it: questions, objections; required with `name`' }),
    ),
  },
  geo: {
    asn: optional(
      path({
        help: 'a MaxMind file (.mmdb) with the autonomous system of each address; without it none is known',
      }),
    ),
    country: optional(path({ help: 'one with its country, or city; without it none is known' })),
  },
  nat_prefixes: prefixes({
    help: 'prefixes behind whose addresses many people are at a time, besides those of the entity register and 100.64.0.0/10: a victim there is told only by source port and exact time',
    default: [],
    rule: 'L15',
  }),
  warnings: {
    sender: optional(
      text({
        help: 'who warns, as it stands at the end of every warning; without it none is sent',
        rule: 'L16',
      }),
    ),
    object: optional(
      text({
        help: 'where somebody who is warned can object or ask, such as a mail address; required with `sender`',
        rule: 'L16',
      }),
    ),
    from_class: choice(['E2', 'E3', 'E4'], {
      help: 'the weakest evidence of which a warning is drafted by itself',
      default: 'E2',
      rule: 'L14',
    }),
    interval_hours: integer(0, 720, {
      help: 'hours between two warnings to one recipient: what comes meanwhile is gathered',
      default: 24,
    }),
    repeat_days: integer(0, 365, {
      help: 'days before somebody is warned again of the same victim and C2 server',
      default: 14,
    }),
  },
  retention: {
    days: integer(1, 365, {
      help: 'days from the evaluation of a match to its erasure; a match keeps the day it was stored with',
      default: 365,
      rule: 'L19',
    }),
  },
  audit: {
    head_every_minutes: integer(1, 1_440, {
      help: 'minutes after which the daemon signs a tree head over what has happened since the last',
      default: 60,
      rule: 'L22',
    }),
    anchor_folder: optional(
      path({
        help: 'where each signed head is put as a file: somewhere that whoever can write the database cannot',
        rule: 'L22',
      }),
    ),
  },
  http: {
    host: text({ help: 'the local address of API, metrics and dashboard', default: '127.0.0.1' }),
    port: integer(0, MAX_PORT, { help: 'its port; 0 = any that is free', default: 8055 }),
    cert: optional(
      path({ help: 'the certificate shown to clients, PEM; with `key` the server speaks TLS alone' }),
    ),
    key: optional(path({ help: 'its private key, PEM, not encrypted' })),
    plain: optional(
      consent({
        help: 'tokens and victims may cross the network unencrypted: elsewhere than on loopback, without `cert`',
      }),
    ),
  },
} as const;

export type Configuration = Settings<typeof OPTIONS>;
