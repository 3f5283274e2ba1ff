// A Grafana dashboard: one panel a metric, in the groups and with the units of the table. deploy/grafana/flowsieve.json is made
// from it.
import { type Metric, PANELS } from './metric.ts';
import { ALL_METRICS, type MetricName } from './table.ts';

const GROUPS: Readonly<Record<Metric['panel'], string>> = {
  flows: 'Flows',
  losses: 'Losses',
  list: 'List and store',
  people: 'What waits for a person, and accountability',
  latency: 'Latency and queues',
  process: 'Process',
};

const COLUMNS = 3;
const WIDTH = 24 / COLUMNS;
const HEIGHT = 7;
const QUANTILES = [0.5, 0.9, 0.99];
const DATASOURCE = { type: 'prometheus', uid: '$datasource' };

/** In Grafana's words. */
function unitOf({ type, unit }: Metric): string {
  if (unit === 'bytes') return type === 'counter' ? 'Bps' : 'bytes';
  if (unit === 'seconds' || unit === 'time') return 's';
  return type === 'counter' ? 'cps' : 'short';
}

function queries(name: MetricName, { type, unit, labels }: Metric): { expr: string; legendFormat: string }[] {
  // Listeners and bases are added up: an operator's figures are what one looks at first.
  const isOfSource = labels.includes('operator');
  const by = labels.filter((label) => !isOfSource || (label !== 'listener' && label !== 'basis'));
  const legendFormat = by.map((label) => `{{${label}}}`).join(' ') || name.replace('flowsieve_', '');
  const series = isOfSource ? `${name}{operator=~"$operator"}` : name;
  const sum = by.length > 0 ? `sum by (${by.join(', ')})` : 'sum';
  if (type === 'histogram') {
    return QUANTILES.map((quantile) => ({
      expr: `histogram_quantile(${quantile}, sum by (le) (rate(${name}_bucket[$__rate_interval])))`,
      legendFormat: `${quantile * 100} %`,
    }));
  }
  if (type === 'counter') return [{ expr: `${sum} (rate(${series}[$__rate_interval]))`, legendFormat }];
  const all = labels.map((label) => `{{${label}}}`).join(' ') || legendFormat;
  return [{ expr: unit === 'time' ? `time() - ${series}` : series, legendFormat: all }];
}

function panel(name: MetricName, metric: Metric, id: number, place: number, top: number) {
  const ago = metric.unit === 'time' ? ' – seconds since' : '';
  return {
    id,
    type: metric.unit === 'state' ? 'stat' : 'timeseries',
    title:
      name
        .replace('flowsieve_', '')
        .replace(/_(total|seconds|bytes)$/, '')
        .replaceAll('_', ' ') + ago,
    description: metric.help,
    datasource: DATASOURCE,
    gridPos: {
      x: (place % COLUMNS) * WIDTH,
      y: top + Math.floor(place / COLUMNS) * HEIGHT,
      w: WIDTH,
      h: HEIGHT,
    },
    fieldConfig: {
      defaults: { unit: unitOf(metric), min: metric.type === 'counter' ? 0 : null },
      overrides: [],
    },
    targets: queries(name, metric).map((query, at) => ({
      refId: 'ABC'[at],
      datasource: DATASOURCE,
      ...query,
    })),
  };
}

function allPanels(): object[] {
  const panels: object[] = [];
  let top = 0;
  for (const group of PANELS) {
    const metrics = ALL_METRICS.filter(([, metric]) => metric.panel === group);
    const gridPos = { x: 0, y: top, w: 24, h: 1 };
    panels.push({
      id: panels.length + 1,
      type: 'row',
      title: GROUPS[group],
      collapsed: false,
      gridPos,
      panels: [],
    });
    top += 1;
    for (const [place, [name, metric]] of metrics.entries()) {
      panels.push(panel(name, metric, panels.length + 1, place, top));
    }
    top += Math.ceil(metrics.length / COLUMNS) * HEIGHT;
  }
  return panels;
}

function variable(name: string, rest: object): object {
  return { name, label: name, hide: 0, ...rest };
}

/** deploy/grafana/flowsieve.json as it stands. */
export function grafanaDashboard(): string {
  const source: MetricName = 'flowsieve_datagrams_total';
  const operators = `label_values(${source}, operator)`;
  const dashboard = {
    uid: 'flowsieve',
    title: 'FlowSieve',
    tags: ['flowsieve', 'netflow'],
    schemaVersion: 39,
    version: 1,
    editable: true,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    templating: {
      list: [
        variable('datasource', { type: 'datasource', query: 'prometheus' }),
        variable('operator', {
          type: 'query',
          datasource: DATASOURCE,
          query: { query: operators, refId: 'operator' },
          refresh: 2,
          includeAll: true,
          multi: true,
          allValue: '.*',
          current: { text: 'All', value: '$__all' },
        }),
      ],
    },
    panels: allPanels(),
  };
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}
