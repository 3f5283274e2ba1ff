// The text that Prometheus reads (exposition format 0.0.4).
import { type HistogramFigures, LATENCY_BOUNDS_S } from '../../core/histogram.ts';
import type { Labels, Measured, Metric, Sample } from './metric.ts';
import { ALL_METRICS } from './table.ts';

export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** A metric without a value, such as before the daemon has said anything, is left out. */
export function exposition(of: Measured): string {
  return ALL_METRICS.map(([name, metric]) => family(name, metric, metric.read(of))).join('');
}

function family(name: string, { type, help }: Metric, samples: readonly Sample[]): string {
  if (samples.length === 0) return '';
  const lines = addedUp(samples).flatMap(({ labels, value }) =>
    typeof value === 'number' ? [line(name, labels, value)] : histogram(name, labels, value),
  );
  return `# HELP ${name} ${help.replaceAll('\\', '\\\\')}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

/** Listeners of one address, which only port 0 can have, count together: a series stands once. */
function addedUp(samples: readonly Sample[]): readonly Sample[] {
  const byLabels = new Map<string, Sample>();
  for (const sample of samples) {
    const key = labelText(sample.labels);
    const before = byLabels.get(key)?.value;
    const { value } = sample;
    const isSum = typeof before === 'number' && typeof value === 'number';
    byLabels.set(key, isSum ? { ...sample, value: before + value } : sample);
  }
  return [...byLabels.values()];
}

function histogram(name: string, labels: Labels = {}, { counts, sumSeconds }: HistogramFigures): string[] {
  let below = 0;
  const buckets = counts.map((count, step) => {
    below += count;
    const le = LATENCY_BOUNDS_S[step] === undefined ? '+Inf' : String(LATENCY_BOUNDS_S[step]);
    return line(`${name}_bucket`, { ...labels, le }, below);
  });
  return [...buckets, line(`${name}_sum`, labels, sumSeconds), line(`${name}_count`, labels, below)];
}

function line(name: string, labels: Labels | undefined, value: number): string {
  return `${name}${labelText(labels)} ${value}\n`;
}

function labelText(labels: Labels = {}): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
