// Template and options template sets: read, kept, refreshed, expired, withdrawn (RFC 3954 § 5–6, RFC 7011 §
// 3.4, 8.1). One space of ids for both kinds, per exporter, version and domain; never per UDP source port.
import { releaseSets } from './early.ts';
import type { Domain, Template } from './exporter.ts';
import type { FieldSpecifier } from './layout.ts';
import { scopeElement } from './options.ts';
import { malformed } from './outcome.ts';
import type { Work } from './work.ts';

/** Ids below are set ids of other meaning (RFC 7011 § 3.3.2). */
export const MIN_TEMPLATE_ID = 256;

const ENTERPRISE_BIT = 0x8000;

/** Where a template's specifiers lie in its set. */
interface Announcement {
  readonly id: number;
  readonly isOptions: boolean;
  readonly fieldCount: number;
  readonly scopeFields: number;
  /** Of the first specifier. */
  readonly offset: number;
}

/** Template set 0 and options template set 1 of NetFlow v9. */
export function readTemplates9(
  work: Work,
  domain: Domain,
  isOptions: boolean,
  offset: number,
  end: number,
): void {
  const { view } = work;
  let at = offset;
  const headerLength = isOptions ? 6 : 4;
  while (at + headerLength <= end) {
    const id = view.getUint16(at);
    if (id < MIN_TEMPLATE_ID) {
      endOfTemplates(work, at, end);
      return;
    }
    // Options: octets of scope specifiers, then of option specifiers; each specifier has four.
    const scopeLength = isOptions ? view.getUint16(at + 2) : 0;
    const fieldsLength = isOptions ? scopeLength + view.getUint16(at + 4) : view.getUint16(at + 2) * 4;
    at += headerLength;
    if (at + fieldsLength > end) {
      malformed(work.outcome, 'a template is longer than its set');
      return;
    }
    const announcement: Announcement = {
      id,
      isOptions,
      fieldCount: fieldsLength >> 2,
      scopeFields: scopeLength >> 2,
      offset: at,
    };
    announce(work, domain, announcement, at + fieldsLength, 9);
    at += fieldsLength;
  }
}

/** Template set 2 and options template set 3 of IPFIX. */
export function readTemplates10(
  work: Work,
  domain: Domain,
  isOptions: boolean,
  offset: number,
  end: number,
): void {
  const { view } = work;
  let at = offset;
  while (at + 4 <= end) {
    const id = view.getUint16(at);
    const fieldCount = view.getUint16(at + 2);
    at += 4;
    if (fieldCount === 0 && (id >= MIN_TEMPLATE_ID || id === 2 || id === 3)) {
      withdraw(work, domain, id, isOptions);
      continue;
    }
    if (id < MIN_TEMPLATE_ID) {
      endOfTemplates(work, at - 4, end);
      return;
    }
    let scopeFields = 0;
    if (isOptions) {
      if (at + 2 > end) {
        malformed(work.outcome, 'a template is longer than its set');
        return;
      }
      scopeFields = Math.min(view.getUint16(at), fieldCount);
      at += 2;
    }
    const specifiersEnd = skipSpecifiers10(view, at, end, fieldCount);
    if (specifiersEnd < 0) {
      malformed(work.outcome, 'a template is longer than its set');
      return;
    }
    announce(work, domain, { id, isOptions, fieldCount, scopeFields, offset: at }, specifiersEnd, 10);
    at = specifiersEnd;
  }
}

/** What follows the last template is padding if it is zero. */
function endOfTemplates(work: Work, offset: number, end: number): void {
  for (let at = offset; at < end; at++) {
    if (work.bytes[at] !== 0) {
      malformed(work.outcome, 'a template has an id below 256');
      return;
    }
  }
}

function skipSpecifiers10(view: DataView, offset: number, end: number, fieldCount: number): number {
  let at = offset;
  for (let n = 0; n < fieldCount; n++) {
    if (at + 4 > end) return -1;
    at += view.getUint16(at) & ENTERPRISE_BIT ? 8 : 4;
  }
  return at <= end ? at : -1;
}

function announce(
  work: Work,
  domain: Domain,
  announcement: Announcement,
  end: number,
  version: 9 | 10,
): void {
  const { table, bytes } = work;
  const { id, isOptions, fieldCount, scopeFields, offset } = announcement;
  if (fieldCount === 0) {
    malformed(work.outcome, 'a template has no fields');
    return;
  }
  if (fieldCount > table.limits.maxFieldsPerTemplate) {
    malformed(work.outcome, `a template has more than ${table.limits.maxFieldsPerTemplate} fields`);
    return;
  }
  const { exporter } = domain;
  const known = domain.templates.get(id);
  if (
    known?.isOptions === isOptions &&
    known.scopeFields === scopeFields &&
    sameBytes(known.announced, bytes, offset, end)
  ) {
    known.refreshedMs = exporter.activeMs;
    exporter.templates.delete(known);
    exporter.templates.add(known);
    return;
  }
  const fields = version === 9 ? fields9(work.view, announcement) : fields10(work.view, offset, fieldCount);
  const template: Template = {
    domain,
    id,
    isOptions,
    scopeFields,
    shared: table.layouts.acquire(version, fields),
    announced: bytes.slice(offset, end),
    refreshedMs: exporter.activeMs,
  };
  table.addTemplate(template);
  releaseSets(work, template);
}

function fields9(view: DataView, { offset, fieldCount, scopeFields }: Announcement): FieldSpecifier[] {
  const fields: FieldSpecifier[] = [];
  for (let n = 0, at = offset; n < fieldCount; n++, at += 4) {
    const type = view.getUint16(at);
    fields.push({ pen: 0, id: n < scopeFields ? scopeElement(type) : type, length: view.getUint16(at + 2) });
  }
  return fields;
}

function fields10(view: DataView, offset: number, fieldCount: number): FieldSpecifier[] {
  const fields: FieldSpecifier[] = [];
  for (let n = 0, at = offset; n < fieldCount; n++) {
    const id = view.getUint16(at);
    const length = view.getUint16(at + 2);
    const pen = id & ENTERPRISE_BIT ? view.getUint32(at + 4) : 0;
    at += id & ENTERPRISE_BIT ? 8 : 4;
    fields.push({ pen, id: id & ~ENTERPRISE_BIT, length });
  }
  return fields;
}

function sameBytes(known: Uint8Array, bytes: Uint8Array, offset: number, end: number): boolean {
  if (known.length !== end - offset) return false;
  for (let n = 0; n < known.length; n++) if (known[n] !== bytes[offset + n]) return false;
  return true;
}

/**
 * Ids 2 and 3 withdraw all templates of their kind. Over UDP nothing is withdrawn (RFC 7011 § 8.1): a late
 * datagram would undo a newer one.
 */
function withdraw(work: Work, domain: Domain, id: number, isOptions: boolean): void {
  if (domain.exporter.transport === 'udp') return;
  for (const template of id < MIN_TEMPLATE_ID ? domain.templates.values() : [domain.templates.get(id)]) {
    if (template !== undefined && template.isOptions === isOptions) work.table.removeTemplate(template);
  }
}

/** The template of a data set, unless it has not come or was not announced for too long. */
export function findTemplate(work: Work, domain: Domain, id: number): Template | undefined {
  const template = domain.templates.get(id);
  if (template === undefined) return undefined;
  const { exporter } = domain;
  if (
    exporter.transport === 'udp' &&
    exporter.activeMs - template.refreshedMs > work.table.limits.templateLifetimeMs
  ) {
    work.table.removeTemplate(template);
    return undefined;
  }
  return template;
}
