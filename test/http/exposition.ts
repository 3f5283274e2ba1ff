// A strict reader of the Prometheus exposition format 0.0.4: whatever the format does not allow is an error.

export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}
export interface Family {
  readonly type: string;
  readonly help: string;
  readonly series: readonly Series[];
}

const HELP = /^# HELP ([a-z_:][a-z0-9_:]*) (\S.*)$/;
const TYPE = /^# TYPE ([a-z_:][a-z0-9_:]*) (counter|gauge|histogram)$/;
const SERIES = /^([a-z_:][a-z0-9_:]*)(?:\{(.+)\})? (-?(?:\d+(?:\.\d+)?(?:e[+-]\d+)?|Inf)|NaN)$/;
const LABEL = /^([a-z_][a-z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,(?=[a-z])|$)/;

/** @throws Error which names the line */
export function parseExposition(text: string): ReadonlyMap<string, Family> {
  const families = new Map<string, Family & { series: Series[] }>();
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  const lines = text.slice(0, -1).split('\n');
  const seen = new Set<string>();
  for (let at = 0; at < lines.length; ) {
    const [, name = '', help = ''] = matched(HELP, lines[at++]);
    const [, typed, type = ''] = matched(TYPE, lines[at++]);
    if (typed !== name || families.has(name)) throw new Error(`${name}: a family of its own, once`);
    const series: Series[] = [];
    for (; at < lines.length && !lines[at]?.startsWith('#'); at++) {
      const one = parseSeries(lines[at] as string);
      const key = `${one.name} ${JSON.stringify(Object.entries(one.labels).sort())}`;
      if (seen.has(key)) throw new Error(`twice: ${lines[at]}`);
      seen.add(key);
      series.push(one);
    }
    families.set(name, { type, help, series });
    check(name, type, series);
  }
  return families;
}

function matched(form: RegExp, line = ''): RegExpExecArray {
  const found = form.exec(line);
  if (!found) throw new Error(`not of the form ${form}: ${line}`);
  return found;
}

function parseSeries(line: string): Series {
  const [, name = '', inBraces = '', value = ''] = matched(SERIES, line);
  const labels: Record<string, string> = {};
  for (let rest = inBraces; rest !== ''; ) {
    const [whole, label = '', text = ''] = matched(LABEL, rest);
    if (label in labels) throw new Error(`label ${label} twice: ${line}`);
    labels[label] = text.replaceAll(/\\(.)/g, (_, letter) => (letter === 'n' ? '\n' : letter));
    rest = rest.slice(whole.length);
  }
  return { name, labels, value: Number(value.replace('Inf', 'Infinity')) };
}

function check(family: string, type: string, series: readonly Series[]): void {
  if (series.length === 0) throw new Error(`${family}: no series`);
  if ((type === 'counter') !== family.endsWith('_total'))
    throw new Error(`${family}: counters end in _total`);
  if (type === 'histogram') checkHistogram(family, series);
  else if (series.some(({ name }) => name !== family)) throw new Error(`${family}: a series of another name`);
  if (type === 'counter' && series.some(({ value }) => !(value >= 0))) throw new Error(`${family}: negative`);
}

function checkHistogram(family: string, series: readonly Series[]): void {
  const buckets = series.filter(({ name }) => name === `${family}_bucket`);
  const bounds = buckets.map(({ labels }) => Number(labels.le?.replace('Inf', 'Infinity')));
  const grows = (values: readonly number[]) =>
    values.every((value, at) => at === 0 || value >= (values[at - 1] as number));
  const count = series.find(({ name }) => name === `${family}_count`)?.value;
  const isWhole =
    grows(bounds) &&
    grows(buckets.map(({ value }) => value)) &&
    bounds.at(-1) === Infinity &&
    buckets.at(-1)?.value === count &&
    series.filter(({ name }) => name === `${family}_sum`).length === 1 &&
    series.length === buckets.length + 2;
  if (!isWhole) throw new Error(`${family}: not a histogram`);
}
