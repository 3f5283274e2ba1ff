import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfiguration, readConfiguration } from '../../src/config/configuration.ts';
import { configurationReference } from '../../src/config/reference.ts';
import { jsonSchema } from '../../src/config/schema.ts';
import { FlowSieveError } from '../../src/core/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'flowsieve-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function file(text: string): string {
  const path = join(folder, `${++files}.yaml`);
  writeFileSync(path, text);
  return path;
}

const load = (text: string, environment = {}) => loadConfiguration({ config: file(text) }, environment);

async function refusal(text: string, environment = {}): Promise<string> {
  const error = await load(text, environment).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(FlowSieveError);
  expect((error as FlowSieveError).exitStatus).toBe(2);
  return (error as FlowSieveError).message.replaceAll(/^.*\/\d+\.yaml/gm, 'file');
}

const NOTICES = {
  channels: [],
  escalation: [],
  acknowledgeWithinSeconds: 86_400,
  timeoutSeconds: 15,
  maxAttempts: 15,
  firstRetrySeconds: 5,
  longestRetrySeconds: 3_600,
};
const MAIL = {
  host: null,
  port: 587,
  tls: 'starttls',
  ca: null,
  user: null,
  passwordFile: null,
  from: null,
  timeoutSeconds: 30,
};
const DEFAULTS = {
  database: 'flowsieve.db',
  signingKey: null,
  notices: NOTICES,
  mail: MAIL,
  listeners: [],
  regimes: null,
  receiving: { threads: 1 },
  matching: { straddling: 'contained', workers: 1, flushAfterMs: 50 },
  verification: { onOverdue: 'suspend' },
  warningLists: { onAuthorised: 'warn' },
  organisation: { name: null, mail: null },
  geo: { asn: null, country: null },
  natPrefixes: [],
  retention: { days: 365 },
  audit: { headEveryMinutes: 60, anchorFolder: null },
  warnings: { sender: null, object: null, fromClass: 'E2', intervalHours: 24, repeatDays: 14 },
  http: { host: '127.0.0.1', port: 8055, cert: null, key: null, plain: null },
};

const UDP = 'protocol: udp, operator: example-isp, retention_basis: lce-126-1, exporters: [192.0.2.0/24]';
const TCP = UDP.replace('udp', 'tcp');
const TLS = 'protocol: tls, cert: server.pem, key: server.key, ca: operators-ca.pem';
const WEBHOOK = 'channel: webhook, operator: example-isp, secret_file: a.secret';
const MAIL_SERVER = 'host: mail.example, from: a@csirt.example';
const CLIENT = 'operator: example-isp, retention_basis: lce-126-1';

describe('a configuration', () => {
  it('has a default for everything', async () => {
    expect(await loadConfiguration({}, {})).toEqual(DEFAULTS);
  });

  it.each(['', '# nothing yet\n', 'http:\n', '{}'])('may be empty: %j', async (text) => {
    expect(await load(text)).toEqual(DEFAULTS);
  });

  it('reads what the design shows', async () => {
    const fingerprint = Array(32).fill('AA').join(':');
    const read = await load(`
database: flows.db
listeners:
  - {protocol: udp, host: "::", port: 2056, operator: example-isp, retention_basis: lce-126-1, exporters: [192.0.2.0/24]}
  - {protocol: tls, host: "::", cert: server.pem, key: /etc/server.key, ca: operators-ca.pem,
     clients: [{fingerprint: "${fingerprint}", operator: example-isp, retention_basis: lce-126-1}]}
matching: {straddling: overlapping, workers: 2, flush_after_ms: 20}
verification: {on_overdue: warn}
retention: {days: 30}
http: {host: 127.0.0.1, port: 0}
`);
    expect(read).toEqual({
      ...DEFAULTS,
      database: join(folder, 'flows.db'),
      signingKey: null,
      notices: NOTICES,
      mail: MAIL,
      listeners: [
        {
          protocol: 'udp',
          host: '::',
          port: 2056,
          operator: 'example-isp',
          retentionBasis: 'lce-126-1',
          exporters: ['192.0.2.0/24'],
          receiveBuffer: 16_777_216,
          sockets: 1,
        },
        {
          protocol: 'tls',
          host: '::',
          port: 4740,
          cert: join(folder, 'server.pem'),
          key: '/etc/server.key',
          ca: join(folder, 'operators-ca.pem'),
          clients: [{ fingerprint, san: null, operator: 'example-isp', retentionBasis: 'lce-126-1' }],
          handshakeSeconds: 10,
          maxConnections: 64,
          maxConnectionsPerClient: 8,
          idleSeconds: 3_600,
        },
      ],
      matching: { straddling: 'overlapping', workers: 2, flushAfterMs: 20 },
      verification: { onOverdue: 'warn' },
      warningLists: { onAuthorised: 'warn' },
      retention: { days: 30 },
      audit: DEFAULTS.audit,
      http: { host: '127.0.0.1', port: 0, cert: null, key: null, plain: null },
    });
  });

  it('takes the environment before the file, and the command line before both', async () => {
    const config = file('http: {host: 127.0.0.3, port: 1}\nretention: {days: 10}\ndatabase: a.db\n');
    const environment = { FLOWSIEVE_HTTP_PORT: '2', FLOWSIEVE_DATABASE: 'b.db', PATH: '/bin' };
    const { configuration, places } = await readConfiguration({ config, db: 'c.db' }, environment);
    expect(configuration).toMatchObject({ database: 'c.db', http: { host: '127.0.0.3', port: 2 } });
    expect(Object.fromEntries(places)).toEqual({
      database: '--db',
      'http.host': `${config}, line 1`,
      'http.port': 'FLOWSIEVE_HTTP_PORT',
      'retention.days': `${config}, line 2`,
    });
  });

  it('takes paths from its own folder, also in channels; what may be left out may be null', async () => {
    const read = await load(
      `signing_key: null\nmail: {${MAIL_SERVER}, ca: null}\nnotices: {channels: [{${WEBHOOK}, url: "http://127.0.0.1:9/", plain: true}]}`,
    );
    expect(read.signingKey).toBeNull();
    expect(read.mail).toMatchObject({ host: 'mail.example', port: 587, ca: null });
    expect(read.notices.channels).toEqual([
      {
        channel: 'webhook',
        operator: 'example-isp',
        url: 'http://127.0.0.1:9/',
        secretFile: join(folder, 'a.secret'),
        ca: null,
        plain: true,
      },
    ]);
  });

  it('is named by a variable where no option does', async () => {
    const environment = { FLOWSIEVE_CONFIG: file('retention: {days: 7}') };
    expect((await loadConfiguration({}, environment)).retention.days).toBe(7);
    expect((await loadConfiguration({ config: file('') }, environment)).retention.days).toBe(365);
  });

  it('takes listeners from the environment, as YAML or JSON', async () => {
    const environment = { FLOWSIEVE_LISTENERS: `[{${UDP}, port: 9}]` };
    expect((await loadConfiguration({}, environment)).listeners).toMatchObject([{ port: 9, host: '::' }]);
  });
});

describe('a wrong configuration is refused, with its line and what is allowed', () => {
  it.each([
    ['htp: {port: 1}', 'file, line 1: htp: unknown key; did you mean http?'],
    ['\nhttp: {prt: 1}', 'file, line 2: http.prt: unknown key; did you mean http.port?'],
    ['zebra: 1', /line 1: zebra: unknown key; known are database, listeners/],
    ['__proto__: {a: 1}', /__proto__: unknown key/],
    ['http: 7', 'file, line 1: http must be a mapping with host, port, cert, key, plain'],
    ['- 7', /line 1: a configuration must be a mapping/],
    [
      'retention: {days: 366}',
      'file, line 1: retention.days: 366: must be a whole number from 1 to 365 (L19)',
    ],
    ['retention: {days: 0}', /must be a whole number from 1 to 365/],
    ['retention: {days: 1.5}', /must be a whole number/],
    ['retention: {days: "30"}', /"30": must be a whole number/],
    ['retention: {days: }', /retention.days: \(absent\): must be a whole number/],
    ['database: ""', /database: "": must be a path/],
    ['matching: {straddling: partly}', /"partly": must be contained or overlapping \(L3\)/],
    ['verification: {on_overdue: no}', /must be suspend or warn \(L9\)/],
    ['http: {host: 0.0.0.0}', /http.host: .* needs cert and key, or plain: true/],
    ['http: {cert: a.pem}', 'file, line 1: http.cert: needs http.key'],
    ['http: {port: 1}\nhttp: {port: 2}', /line 2: Map keys must be unique/],
    ['http: {port: 1', /line 1: /],
    ['listeners: 5', /listeners: 5: must be a list/],
    ['listeners:\n  - 5', 'file, line 2: listeners[0]: 5: must be a mapping with protocol udp or tcp or tls'],
    [
      'listeners:\n  - {protocol: sctp}',
      'file, line 2: listeners[0].protocol: "sctp": must be udp or tcp or tls',
    ],
    [`listeners: [{${TCP}}]`, 'file, line 1: listeners[0].plain: is missing: it must be true'],
    [`listeners: [{${TCP}, plain: false}]`, 'file, line 1: listeners[0].plain: false: must be true'],
    [
      `listeners:\n  - {${TCP}, plain: true}\n  - {${TLS}, port: 4739, clients: []}`,
      'file, line 3: listeners[1]: :: port 4739 is listened on by listeners[0] already',
    ],
    [
      `listeners: [{${TLS}, clients: [{${CLIENT}}]}]`,
      'file, line 1: listeners[0].clients[0]: is named by fingerprint or by san: one of the two must be given',
    ],
    [
      `listeners: [{${TLS}, clients: [{san: a.example, fingerprint: "${'AB'.repeat(32)}", ${CLIENT}}]}]`,
      /clients\[0\]: is named by fingerprint or by san: one of the two/,
    ],
    [
      `listeners:\n  - {${TLS}, clients: [{fingerprint: "${'AB'.repeat(32)}", ${CLIENT}},\n    {fingerprint: "${'ab:'.repeat(31)}ab", ${CLIENT}}]}`,
      'file, line 3: listeners[0].clients[1]: the same certificate as clients[0]',
    ],
    [`listeners: [{${TLS}, clients: [{fingerprint: "AA", ${CLIENT}}]}]`, /must be the SHA-256 fingerprint/],
    [
      `listeners:\n  - {${UDP}}\n  - {${UDP}, port: 70000}`,
      /line 3: listeners\[1\].port: 70000: must be a whole number/,
    ],
    [
      `listeners:\n  - {${UDP}, exporter: []}`,
      /line 2: listeners\[0\].exporter: unknown key; did you mean exporters\?/,
    ],
    [
      'listeners: [{protocol: udp, operator: a, exporters: []}]',
      /retention_basis: is missing: it must be lce-126-1 or/,
    ],
    [`listeners: [{${UDP.replace('lce-126-1', 'lce-1')}}]`, /"lce-1": must be lce-126-1 or .* \(L7\)/],
    [
      `listeners: [{${UDP.replace('192.0.2.0/24', '192.0.2.1/24')}}]`,
      /exporters\[0\]: "192.0.2.1\/24": must be an address/,
    ],
    [
      `listeners:\n  - {${UDP}}\n  - {${UDP}}`,
      /line 3: listeners\[1\]: :: port 2055 is listened on by listeners\[0\]/,
    ],
    ['signing_key: 5', 'file, line 1: signing_key: 5: must be a path'],
    [`notices: {channels: [{${WEBHOOK}, url: "https://a:b@isp.example/"}]}`, /url: .*: must be a URL/],
    [
      `notices:\n  channels:\n    - {${WEBHOOK}, url: "http://isp.example/"}`,
      'file, line 3: notices.channels[0]: http://isp.example/: must be https; http is for this machine itself, with plain: true',
    ],
    [`notices: {channels: [{${WEBHOOK}, url: "http://127.0.0.1/"}]}`, /must be https/],
    [`notices: {channels: [{${WEBHOOK}, url: "http://isp.example/", plain: true}]}`, /must be https/],
    [
      `notices: {channels: [{${WEBHOOK.replace('example-isp', 'a/b')}, url: "https://a/"}]}`,
      /an operator's id/,
    ],
    ['notices: {escalation: [{channel: mail, to: "a@x.example, b@x.example"}]}', /one mail address/],
    [
      'notices: {escalation: [{channel: mail, to: duty@csirt.example}]}',
      'file, line 1: notices.escalation[0]: needs mail.host',
    ],
    [
      'notices: {channels: [&a {channel: folder, operator: a, path: b}, *a]}',
      /notices.channels\[1\]: the same as notices.channels\[0\]/,
    ],
    ['mail: {host: mail.example}', 'file, line 1: mail.host: needs mail.from'],
    [`mail: {${MAIL_SERVER}, user: a}`, 'file, line 1: mail.user: needs mail.password_file'],
    [
      `mail: {${MAIL_SERVER}, user: a, password_file: b, tls: none}`,
      /mail.tls: none: a password is not sent/,
    ],
    [`a: &a [1, 1]\nb: &b [${'*a, '.repeat(50)}]\nlisteners: [${'*b, '.repeat(50)}]`, /unknown key/],
    [`listeners: &l [${'*l, '.repeat(3)}]`, /listeners/],
  ])('%j', async (text, message) => {
    const told = await refusal(text);
    if (typeof message === 'string') expect(told).toBe(message);
    else expect(told).toMatch(message);
  });

  it('tells several at once', async () => {
    const told = await refusal('retention: {days: 400}\nhttp: {port: x}\n');
    expect(told.split('\n')).toHaveLength(2);
  });

  it('where the file cannot be read, or is no configuration for its size', async () => {
    await expect(loadConfiguration({ config: join(folder, 'none.yaml') }, {})).rejects.toThrow(
      /cannot be read: ENOENT/,
    );
    await expect(loadConfiguration({ config: folder }, {})).rejects.toThrow(/cannot be read: EISDIR/);
    await expect(load('#'.repeat(2 ** 20 + 1))).rejects.toThrow(/a configuration at most/);
  });

  it.each([
    [{ FLOWSIEVE_HTP_PORT: '1' }, 'FLOWSIEVE_HTP_PORT: is not an option; did you mean FLOWSIEVE_HTTP_PORT?'],
    [{ FLOWSIEVE_HTTP_PORT: 'x' }, /FLOWSIEVE_HTTP_PORT: http.port: "x": must be a whole number/],
    [{ FLOWSIEVE_RETENTION_DAYS: '' }, /retention.days: "": must be a whole number/],
    [{ FLOWSIEVE_LISTENERS: '[{' }, /FLOWSIEVE_LISTENERS: is not YAML or JSON/],
  ])('in the environment: %j', async (environment, message) => {
    await expect(loadConfiguration({}, environment)).rejects.toThrow(message);
  });
});

it('costs no start-up time: without a file neither YAML reader nor schema is loaded', () => {
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const text = readFileSync(path, 'utf8');
    for (const [, target] of text.matchAll(/^(?:import|export) (?!type )[^;]*?from '([^']+)'/gm)) {
      if (target?.startsWith('.')) visit(join(path, '..', target));
      else seen.add(target as string);
    }
  };
  visit(join(import.meta.dirname, '../../src/config/configuration.ts'));
  expect([...seen].map((path) => basename(path)).sort()).toEqual([
    'added-regimes.ts',
    'configuration.ts',
    'given.ts',
    'listener-options.ts',
    'option.ts',
    'options.ts',
  ]);
});

it('the schema for editors refuses unknown keys and knows every option', () => {
  expect(jsonSchema()).toMatchObject({
    additionalProperties: false,
    properties: {
      retention: {
        additionalProperties: false,
        properties: { days: { minimum: 1, maximum: 365, default: 365 } },
      },
      listeners: { items: { oneOf: [{ required: expect.arrayContaining(['exporters']) }, {}, {}] } },
    },
  });
});

it('docs/configuration.md is what the tables say (flowsieve config schema --markdown)', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/configuration.md'), 'utf8');
  expect(page).toBe(configurationReference());
});
