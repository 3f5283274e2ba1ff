// docs/metrics.md, written from the tables.
import { ALERTS } from './alerts.ts';
import type { Metric } from './metric.ts';
import { ALL_METRICS } from './table.ts';

const OPENING = `# Metrics

\`GET /metrics\` gives the figures of the daemon in the text that Prometheus reads (exposition format 0.0.4). Programs on the same
machine ask without a token, by the name \`localhost\` or a loopback address; from elsewhere it takes a token of any role but
\`operator\`, since every operator's figures stand in it:

\`\`\`yaml
scrape_configs:
  - job_name: flowsieve
    scheme: https
    authorization: {credentials_file: /etc/prometheus/flowsieve.token}
    static_configs: [{targets: ["collector.example:8055"]}]
\`\`\`

Counters begin at 0 with the daemon, count what is committed, and add up to what \`flowsieve ledger\` shows of that time. What the
database says is read at most every ten seconds. No label holds an address of a flow or of an exporter; exporters one by
one are in \`GET /api/exporters\` and on the page Operators.

\`deploy/grafana/flowsieve.json\` is a dashboard of these figures, \`deploy/prometheus/alerts.yaml\` are alert rules: import one,
and name the other under \`rule_files\`.

\`\`\`
flowsieve config metrics              this page
flowsieve config metrics --grafana    deploy/grafana/flowsieve.json
flowsieve config metrics --alerts     deploy/prometheus/alerts.yaml
\`\`\`
`;

const UNITS: Readonly<Record<Metric['unit'], string>> = {
  seconds: 'seconds',
  time: 'seconds since 1970',
  bytes: 'octets',
  state: '1 = yes, 0 = no',
  count: 'number',
};

/** The page as it stands in docs/metrics.md. */
export function metricsReference(): string {
  const metrics = ALL_METRICS.map(([name, { type, unit, labels, help }]) => [
    `\`${name}\``,
    type,
    UNITS[unit],
    labels.map((label) => `\`${label}\``).join(' '),
    help,
  ]);
  const alerts = Object.entries(ALERTS).map(([name, { severity, for: held, summary, action }]) => [
    `\`${name}\``,
    severity,
    held === '0m' ? 'at once' : `for ${held}`,
    summary.replaceAll(/\{\{ \$(labels\.)?(\w+)[^}]*\}\}/g, '…'),
    action,
  ]);
  return [
    OPENING,
    '## Figures\n',
    table(['name', 'type', 'unit', 'labels', 'meaning'], metrics),
    '## Alerts\n',
    table(['alert', 'severity', 'holds', 'says', 'do'], alerts).trimEnd(),
    '',
  ].join('\n');
}

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  return [headings, headings.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}
