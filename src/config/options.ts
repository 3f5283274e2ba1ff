// Every option of the configuration, once. Keys are those of the file; `FLOWSIEVE_` and the key in capitals, with `_`
// for each dot, is the same option in the environment.

import { MAX_PORT, TCP, TLS, UDP } from './listener-options.ts';
import {
  choice,
  consent,
  integer,
  mailAddress,
  operatorId,
  optional,
  path,
  prefixes,
  type Settings,
  text,
  url,
  variants,
} from './option.ts';

const MAX_WORKERS = 64;

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
