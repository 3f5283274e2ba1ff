// What an export holds: exporters, templates, counts, sampling, gaps and time range, gathered while all of it is decoded.
// Nothing here is matched or stored.
import type { Flow } from '../core/flow.ts';
import type { Group } from '../ingest/batch.ts';
import type { SetContext } from '../wire/layout.ts';

/** One record of an export, decoded: one flow, or two (a biflow), or none (a record without addresses). */
export interface InspectedRecord {
  readonly exporter: string | null;
  readonly context: SetContext | null;
  readonly template: number | null;
  readonly flows: readonly Flow[];
}

export interface ExporterSummary {
  readonly exporter: string | null;
  readonly versions: number[];
  readonly domains: number[];
  datagrams: number;
  records: number;
  undecodable: number;
  early: number;
  earlyDropped: number;
  sequenceLost: number;
  /** Sampling rates seen: 1 = unsampled. Empty = not announced. */
  readonly sampling: number[];
}

export interface TemplateSummary {
  readonly exporter: string;
  readonly version: number;
  readonly domain: number;
  readonly template: number;
  records: number;
}

export interface InspectionSummary {
  readonly datagrams: number;
  readonly records: number;
  readonly flows: number;
  readonly undecodable: number;
  readonly early: number;
  readonly earlyDropped: number;
  readonly sequenceLost: number;
  readonly swappedTimes: number;
  /** Earliest start and latest end of any flow, epoch ms; null = no flow has a time. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly exporters: readonly ExporterSummary[];
  readonly templates: readonly TemplateSummary[];
}

/** Distinct values kept per list in a summary; input can hold any number of them. */
const MAX_DISTINCT = 4_096;

export class Inspection {
  private readonly exporters = new Map<string | null, ExporterSummary>();
  private readonly templates = new Map<string, TemplateSummary>();
  private records = 0;
  private flows = 0;
  private swappedTimes = 0;
  private fromMs = Number.POSITIVE_INFINITY;
  private toMs = Number.NEGATIVE_INFINITY;

  group(group: Group): void {
    const summary = this.exporter(group.exporter);
    summary.datagrams += group.datagrams;
    summary.undecodable += group.undecodable;
    summary.early += group.early;
    summary.earlyDropped += group.earlyDropped;
    summary.sequenceLost += group.sequenceLost;
  }

  /** A row that could not be decoded, of whichever exporter. */
  undecodable(): void {
    this.exporter(null).undecodable++;
  }

  record({ exporter, flows, context, template }: InspectedRecord): void {
    this.records++;
    const summary = this.exporter(exporter);
    summary.records++;
    if (context) {
      addDistinct(summary.versions, context.version);
      addDistinct(summary.domains, context.domain);
      if (template !== null) this.template(context, template).records++;
    }
    if (flows.some((flow) => flow.swappedTimes)) this.swappedTimes++;
    for (const flow of flows) {
      this.flows++;
      if (flow.sampling !== null) addDistinct(summary.sampling, flow.sampling);
      if (flow.startMs !== null && flow.startMs < this.fromMs) this.fromMs = flow.startMs;
      if (flow.endMs !== null && flow.endMs > this.toMs) this.toMs = flow.endMs;
    }
  }

  summary(): InspectionSummary {
    const exporters = [...this.exporters.values()];
    const total = (of: (exporter: ExporterSummary) => number) =>
      exporters.reduce((sum, exporter) => sum + of(exporter), 0);
    return {
      datagrams: total((exporter) => exporter.datagrams),
      records: this.records,
      flows: this.flows,
      undecodable: total((exporter) => exporter.undecodable),
      early: total((exporter) => exporter.early),
      earlyDropped: total((exporter) => exporter.earlyDropped),
      sequenceLost: total((exporter) => exporter.sequenceLost),
      swappedTimes: this.swappedTimes,
      fromMs: Number.isFinite(this.fromMs) ? this.fromMs : null,
      toMs: Number.isFinite(this.toMs) ? this.toMs : null,
      exporters,
      templates: [...this.templates.values()],
    };
  }

  private exporter(exporter: string | null): ExporterSummary {
    const key = this.exporters.has(exporter) || this.exporters.size < MAX_DISTINCT ? exporter : null;
    let summary = this.exporters.get(key);
    if (!summary) {
      summary = {
        exporter: key,
        versions: [],
        domains: [],
        datagrams: 0,
        records: 0,
        undecodable: 0,
        early: 0,
        earlyDropped: 0,
        sequenceLost: 0,
        sampling: [],
      };
      this.exporters.set(key, summary);
    }
    return summary;
  }

  private template(context: SetContext, template: number): TemplateSummary {
    const full = this.templates.size >= MAX_DISTINCT;
    const key = `${context.exporter} ${context.version} ${context.domain} ${template}`;
    let summary = this.templates.get(key);
    if (!summary) {
      summary = {
        exporter: context.exporter,
        version: context.version,
        domain: context.domain,
        template,
        records: 0,
      };
      if (!full) this.templates.set(key, summary);
    }
    return summary;
  }
}

function addDistinct(values: number[], value: number): void {
  if (values.length < MAX_DISTINCT && !values.includes(value)) values.push(value);
}
