// docs/configuration.md, written from the tables of options.
import { variableOf } from './given.ts';
import { describeKind, isOption, type Kind, type Option, type Table } from './option.ts';
import { OPTIONS } from './options.ts';
import { basisIds } from './schema.ts';

const OPENING = `# Configuration

The daemon reads a YAML file named by \`--config\`, or by \`FLOWSIEVE_CONFIG\`. Every key has a default, but what
\`listeners\` needs; only \`serve\` needs listeners, and every other command runs without a file. \`--db\` prevails over
\`database\`. Paths in the file are relative to the file's folder. No secret stands in it: keys and passwords are
named by path.

The environment prevails over the file: \`FLOWSIEVE_\` and the key in capitals, with \`_\` for each dot, so that
\`FLOWSIEVE_HTTP_PORT=8080\` sets \`http.port\`. \`FLOWSIEVE_LISTENERS\` takes the list as JSON or YAML.

A \`tls\` listener takes IPFIX from exporters that show a certificate: one that the \`ca\` signed and that one of the
\`clients\` names. A \`tcp\` listener takes it unencrypted, and only with \`plain: true\`. SIGHUP reads certificates and keys
anew (docs/operations.md).

An unknown key or variable, a wrong value, a key given twice: each is refused with its line, and nothing is started.

\`\`\`
flowsieve config check --config flowsieve.yaml     every value, and where it comes from
flowsieve config show                              the configuration in force
flowsieve config show --regime nis2-csirt          the rules of a regime
flowsieve config schema > flowsieve.schema.json    JSON Schema, for editors
flowsieve config schema --markdown                 this page
\`\`\`

\`\`\`yaml
database: flowsieve.db
listeners:
  - {protocol: udp, host: "::", port: 2055, operator: example-isp, retention_basis: lce-126-1, exporters: [192.0.2.0/24]}
  - {protocol: tls, host: "::", port: 4740, cert: server.pem, key: server.key, ca: operators-ca.pem,
     clients: [{fingerprint: "AA:…", operator: example-isp, retention_basis: lce-126-1}]}
matching: {straddling: contained, workers: 1, flush_after_ms: 50}
verification: {on_overdue: suspend}
notices:
  channels:
    - {channel: webhook, operator: example-isp, url: https://soc.isp.example/flowsieve, secret_file: example-isp.secret}
    - {channel: mail, operator: other-isp, to: soc@other.example}
  escalation: [{channel: mail, to: duty@csirt.example}]
mail: {host: mail.csirt.example, from: flowsieve@csirt.example, user: flowsieve, password_file: mail.password}
retention: {days: 365}
http: {host: 127.0.0.1, port: 8055}
\`\`\`

Rules (L1, L19 …) are those of the authorisation and the law that the option keeps.
`;

/** The page as it stands in docs/configuration.md. */
export function configurationReference(): string {
  const parts = [OPENING];
  const top = Object.entries(OPTIONS as Table).filter(([, entry]) => isOption(entry));
  parts.push('## Top level\n', tableOf(Object.fromEntries(top), '', true));
  for (const [name, entry] of Object.entries(OPTIONS as Table)) {
    if (isOption(entry)) parts.push(...nested(name, entry.type));
    else parts.push(`## ${name}\n`, tableOf(entry, `${name}.`, true), ...nestedWithin(name, entry));
  }
  return `${parts.join('\n').trimEnd()}\n`;
}

/** Sections for the lists within a section. */
function nestedWithin(title: string, table: Table): string[] {
  return Object.entries(table).flatMap(([field, entry]) =>
    isOption(entry) ? nested(`${title}: ${field}`, entry.type) : [],
  );
}

/** Sections for the records that a list holds. */
function nested(name: string, kind: Kind): string[] {
  if (kind.kind === 'list') return nested(name, kind.of);
  const tables =
    kind.kind === 'record'
      ? [[name, kind.fields] as const]
      : kind.kind === 'variants'
        ? Object.entries(kind.variants).map(
            ([variant, fields]) => [`${name}, \`${kind.by}: ${variant}\``, fields] as const,
          )
        : [];
  return tables.flatMap(([title, fields]) => [
    `## ${title}\n`,
    tableOf(fields, '', false),
    ...nestedWithin(title, fields),
  ]);
}

function tableOf(table: Table, within: string, withVariable: boolean): string {
  const headings = ['key', 'must be', 'default', 'meaning', ...(withVariable ? ['variable'] : [])];
  const rows = Object.entries(table).flatMap(([name, entry]) =>
    isOption(entry) ? [rowOf(name, entry, withVariable ? variableOf(within + name) : null)] : [],
  );
  return [headings, headings.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

function rowOf(name: string, option: Option, variable: string | null): string[] {
  const { type, help, rule } = option;
  const standard = option.default === undefined ? 'none: required' : `\`${JSON.stringify(option.default)}\``;
  const meaning = rule === undefined ? help : `${help} (${rule})`;
  return [`\`${name}\``, allowed(type), standard, meaning, ...(variable === null ? [] : [`\`${variable}\``])];
}

function allowed(kind: Kind): string {
  return kind.kind === 'basis'
    ? basisIds()
        .map((id) => `\`${id}\``)
        .join(', ')
    : describeKind(kind);
}
