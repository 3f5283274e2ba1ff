// A decoder's memory as versioned JSON: templates, sampling rates and start times of UDP exporters. Streams
// announce theirs anew.
import type { Domain, Template } from './exporter.ts';
import type { ExporterTable } from './exporter-table.ts';
import type { FieldSpecifier } from './layout.ts';

const SNAPSHOT_VERSION = 1;

/**
 * What was given to `restore` is no snapshot; the message names the place and what stands there. Known by
 * its `code`.
 */
class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
  readonly code = 'SNAPSHOT';
}

export function writeSnapshot(table: ExporterTable): unknown {
  const exporters = [];
  for (const exporter of table.exporters()) {
    if (exporter.transport !== 'udp') continue;
    const domains = [...exporter.domains.values()].map(domainToJson).filter((domain) => domain !== null);
    if (domains.length > 0) exporters.push({ address: exporter.address, domains });
  }
  return { flowsieveTemplates: SNAPSHOT_VERSION, exporters };
}

function domainToJson({ version, id, context, templates }: Domain) {
  const { systemInitMs, sampling, samplers } = context;
  if (templates.size === 0 && systemInitMs === null && sampling === null && samplers.length === 0)
    return null;
  return {
    version,
    id,
    systemInitMs,
    sampling,
    samplers,
    templates: [...templates.values()].map(templateToJson),
  };
}

function templateToJson({ id, isOptions, scopeFields, shared }: Template) {
  const fields = shared.spec.fields.map(({ pen, id, length }) => [pen, id, length]);
  return { id, isOptions, scopeFields, fields };
}

export function readSnapshot(json: unknown, table: ExporterTable): void {
  const root = record(json, 'snapshot');
  if (root.flowsieveTemplates !== SNAPSHOT_VERSION) {
    throw new SnapshotError(
      `snapshot.flowsieveTemplates is ${shown(root.flowsieveTemplates)}: this version reads ${SNAPSHOT_VERSION}`,
    );
  }
  list(root.exporters, 'exporters').forEach((entry, n) => {
    const at = `exporters[${n}]`;
    const { address, domains } = record(entry, at);
    if (typeof address !== 'string')
      throw new SnapshotError(`${at}.address is ${shown(address)}: a string is needed`);
    const exporter = table.find(address, 'udp');
    list(domains, `${at}.domains`).forEach((domain, m) => {
      const path = `${at}.domains[${m}]`;
      const read = record(domain, path);
      const version = integer(read.version, `${path}.version`, 1, 10);
      restoreDomain(
        read,
        path,
        table,
        table.domain(exporter, version, integer(read.id, `${path}.id`, 0, 0xffff_ffff)),
      );
    });
  });
}

function restoreDomain(
  json: Record<string, unknown>,
  path: string,
  table: ExporterTable,
  domain: Domain,
): void {
  for (const [n, pair] of list(json.samplers, `${path}.samplers`).entries()) {
    const [id, rate] = list(pair, `${path}.samplers[${n}]`);
    if (domain.samplers.size >= table.limits.maxSamplersPerDomain) break;
    domain.samplers.set(number(id, `${path}.samplers[${n}][0]`), number(rate, `${path}.samplers[${n}][1]`));
  }
  domain.context = {
    ...domain.context,
    systemInitMs: json.systemInitMs === null ? null : number(json.systemInitMs, `${path}.systemInitMs`),
    sampling: json.sampling === null ? null : number(json.sampling, `${path}.sampling`),
    samplers: [...domain.samplers],
  };
  list(json.templates, `${path}.templates`).forEach((entry, n) => {
    restoreTemplate(record(entry, `${path}.templates[${n}]`), `${path}.templates[${n}]`, table, domain);
  });
}

function restoreTemplate(
  json: Record<string, unknown>,
  path: string,
  table: ExporterTable,
  domain: Domain,
): void {
  const { version } = domain;
  if (version !== 9 && version !== 10)
    throw new SnapshotError(`${path}: NetFlow v${version} has no templates`);
  const fields = list(json.fields, `${path}.fields`).map((field, n): FieldSpecifier => {
    const [pen, id, length] = list(field, `${path}.fields[${n}]`);
    return {
      pen: integer(pen, `${path}.fields[${n}][0]`, 0, 0xffff_ffff),
      id: integer(id, `${path}.fields[${n}][1]`, 0, 0xffff),
      length: integer(length, `${path}.fields[${n}][2]`, 0, 0xffff),
    };
  });
  integer(fields.length, `${path}.fields.length`, 1, table.limits.maxFieldsPerTemplate);
  table.addTemplate({
    domain,
    id: integer(json.id, `${path}.id`, 256, 0xffff),
    isOptions: json.isOptions === true,
    scopeFields: integer(json.scopeFields, `${path}.scopeFields`, 0, fields.length),
    shared: table.layouts.acquire(version, fields),
    // Unlike any announcement: the first one replaces this template, by an equal one where nothing changed.
    announced: new Uint8Array(0),
    refreshedMs: domain.exporter.activeMs,
  });
}

const shown = (value: unknown) =>
  value === undefined ? 'missing' : (JSON.stringify(value)?.slice(0, 40) ?? typeof value);

function record(value: unknown, path: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new SnapshotError(`${path} is ${shown(value)}: an object is needed`);
}

function list(value: unknown, path: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new SnapshotError(`${path} is ${shown(value)}: a list is needed`);
}

function number(value: unknown, path: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new SnapshotError(`${path} is ${shown(value)}: a number is needed`);
}

function integer(value: unknown, path: string, least: number, most: number): number {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most)
    return value as number;
  throw new SnapshotError(`${path} is ${shown(value)}: an integer from ${least} to ${most} is needed`);
}
