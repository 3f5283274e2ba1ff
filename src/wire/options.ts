// Options data (RFC 7011 § 3.4.2.2): what an exporter says of itself. Taken from it: sampling rates and the
// time of its start.
import type { Domain, Template } from './exporter.ts';
import { openRecord, type RecordReader, readUint } from './record-reader.ts';
import { PEN, ROLE } from './roles.ts';
import { announcedRate } from './sampling.ts';
import type { Work } from './work.ts';

/**
 * NetFlow v9 scopes have types of their own (RFC 3954 § 6.1); as elements: system, interface, line card,
 * cache, template.
 */
const SCOPE_ELEMENTS: readonly number[] = [0, 144, 10, 141, 0, 145];

/** The element that stands for a v9 scope; 0 = none. */
export const scopeElement = (scopeType: number): number => SCOPE_ELEMENTS[scopeType] ?? 0;

export function readOptions(work: Work, template: Template, offset: number, end: number): void {
  const { layout } = template.shared;
  const { domain } = template;
  let at = offset;
  for (;;) {
    const record = openRecord(layout, work.view, at, end);
    if (record === null) return;
    at += record.length;
    const before = domain.context;
    noteSystemInit(domain, record);
    noteSampling(domain, record, template, work.table.limits.maxSamplersPerDomain);
    if (domain.context !== before) work.table.revision += 1;
  }
}

function noteSystemInit(domain: Domain, record: RecordReader): void {
  const systemInitMs = readUint(record, record.layout.forward[ROLE.systemInitMs]!);
  if (!systemInitMs || systemInitMs === domain.context.systemInitMs) return;
  domain.context = { ...domain.context, systemInitMs };
}

function noteSampling(domain: Domain, record: RecordReader, template: Template, maxSamplers: number): void {
  const rate = announcedRate(record);
  if (rate === null) return;
  const { context, samplers } = domain;
  const id = readUint(record, record.layout.forward[ROLE.samplerId]!);
  if (id !== null) {
    if (samplers.get(id) === rate || (!samplers.has(id) && samplers.size >= maxSamplers)) return;
    samplers.set(id, rate);
    domain.context = { ...context, samplers: [...samplers] };
    return;
  }
  // A rate for one interface stands for the domain only until the domain's own is known.
  if (rate === context.sampling || (context.sampling !== null && isScopedByInterface(template))) return;
  domain.context = { ...context, sampling: rate };
}

function isScopedByInterface({ shared, scopeFields }: Template): boolean {
  return shared.spec.fields.slice(0, scopeFields).some(({ pen, id }) => pen !== PEN.reverse && id === 10);
}
