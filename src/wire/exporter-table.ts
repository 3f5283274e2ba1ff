// All exporters, and how much is remembered of each and of all. When it is too much, the exporter longest
// unused goes first.
import { type Domain, Exporter, type HeldSet, type Template, type Transport } from './exporter.ts';
import type { LayoutTable } from './layout-table.ts';
import type { DecoderLimits } from './limits.ts';

/** v9 and IPFIX of one exporter have spaces of their own. */
const domainKey = (version: number, id: number) => version * 0x1_0000_0000 + id;

/** Exporters looked at, at most, to find an idle one. */
const MAX_LOOKS = 64;
/** What a waiting set costs beside its octets. */
const HELD_OVERHEAD_BYTES = 512;

export class ExporterTable {
  readonly limits: DecoderLimits;
  readonly layouts: LayoutTable;
  /** Of all exporters together. */
  domains = 0;
  templates = 0;
  fields = 0;
  readonly held = new Set<HeldSet>();
  heldBytes = 0;
  /** Waiting sets forgotten, not yet told in an outcome. */
  heldDropped = 0;
  /** Grows with every change of a template, sampling rate or start time. */
  revision = 0;
  private readonly byKey = new Map<string, Exporter>();
  private streams = 0;

  constructor(limits: DecoderLimits, layouts: LayoutTable) {
    this.limits = limits;
    this.layouts = layouts;
  }

  get size(): number {
    return this.byKey.size;
  }

  exporters(): IterableIterator<Exporter> {
    return this.byKey.values();
  }

  /**
   * The exporter of a UDP address; a new one for each stream, which shares its templates with none (RFC
   * 7011 § 8).
   */
  find(address: string, transport: Transport): Exporter {
    const key = transport === 'udp' ? address : `stream ${this.streams++}`;
    const found = this.byKey.get(key);
    if (found !== undefined) return found;
    const exporter = new Exporter(address, transport, key);
    this.admit(exporter);
    return exporter;
  }

  /** For each message. */
  touch(exporter: Exporter, receivedMs: number): void {
    if (exporter.forgotten) this.admit(exporter);
    exporter.used = true;
    const passedMs = receivedMs - exporter.lastReceivedMs;
    if (passedMs > 0) exporter.activeMs += Math.min(passedMs, this.limits.maxSilenceMs);
    exporter.lastReceivedMs = receivedMs;
  }

  private admit(exporter: Exporter): void {
    // A handle that was forgotten comes back, and its address has been asked for anew meanwhile: the older
    // one stays.
    const successor = this.byKey.get(exporter.key);
    if (successor !== undefined) this.forget(successor);
    while (this.byKey.size >= this.limits.maxExporters && this.forgetIdle(null));
    exporter.forgotten = false;
    this.byKey.set(exporter.key, exporter);
  }

  /** The clock algorithm: whoever was used since the last look gets a second round. */
  private forgetIdle(sparing: Exporter | null): boolean {
    let looks = MAX_LOOKS;
    for (const [key, exporter] of this.byKey) {
      if (exporter === sparing) continue;
      looks -= 1;
      if (!exporter.used || looks === 0) {
        this.forget(exporter);
        return true;
      }
      exporter.used = false;
      this.byKey.delete(key);
      this.byKey.set(key, exporter);
    }
    return false;
  }

  forget(exporter: Exporter): void {
    this.byKey.delete(exporter.key);
    exporter.forgotten = true;
    exporter.lastReceivedMs = Number.NaN;
    for (const domain of exporter.domains.values()) this.removeDomain(domain);
  }

  domain(exporter: Exporter, version: number, id: number): Domain {
    const last = exporter.lastDomain;
    if (last !== null && last.id === id && last.version === version) return last;
    const found = exporter.domains.get(domainKey(version, id)) ?? this.addDomain(exporter, version, id);
    exporter.lastDomain = found;
    return found;
  }

  private addDomain(exporter: Exporter, version: number, id: number): Domain {
    const { maxDomainsPerExporter, maxDomains } = this.limits;
    while (exporter.domains.size >= maxDomainsPerExporter) this.removeOldestDomain(exporter);
    while (this.domains >= maxDomains) {
      if (this.mustYield(exporter, exporter.domains.size, maxDomains)) this.removeOldestDomain(exporter);
    }
    const domain: Domain = {
      exporter,
      version,
      id,
      templates: new Map(),
      waiting: new Map(),
      samplers: new Map(),
      context: {
        exporter: exporter.address,
        version,
        domain: id,
        systemInitMs: null,
        sampling: null,
        samplers: [],
      },
      nextSequence: -1,
    };
    exporter.domains.set(domainKey(version, id), domain);
    this.domains += 1;
    return domain;
  }

  /**
   * All together hold `limit` and this exporter, holding `own`, wants one more. True: it has its fair
   * share, and gives up one of its own. Otherwise an idle exporter was forgotten.
   */
  private mustYield(exporter: Exporter, own: number, limit: number): boolean {
    return (own > 0 && own * this.size >= limit) || !this.forgetIdle(exporter);
  }

  private removeOldestDomain(exporter: Exporter): void {
    const [oldest] = exporter.domains.values();
    if (oldest !== undefined) this.removeDomain(oldest);
  }

  private removeDomain(domain: Domain): void {
    const { exporter } = domain;
    for (const template of domain.templates.values()) this.removeTemplate(template);
    for (const waiting of domain.waiting.values()) for (const held of waiting) this.dropHeld(held);
    exporter.domains.delete(domainKey(domain.version, domain.id));
    if (exporter.lastDomain === domain) exporter.lastDomain = null;
    this.domains -= 1;
  }

  /** Makes room first; a template of the same id goes. */
  addTemplate(template: Template): void {
    const { limits } = this;
    const { domain } = template;
    const { exporter } = domain;
    const replaced = domain.templates.get(template.id);
    if (replaced !== undefined) this.removeTemplate(replaced);
    const fields = template.shared.spec.fields.length;
    while (
      exporter.templates.size >= limits.maxTemplatesPerExporter ||
      (exporter.fields + fields > limits.maxFieldsPerExporter && exporter.templates.size > 0)
    ) {
      this.removeOldestTemplate(exporter);
    }
    while (this.templates >= limits.maxTemplates) {
      if (this.mustYield(exporter, exporter.templates.size, limits.maxTemplates))
        this.removeOldestTemplate(exporter);
    }
    while (this.fields + fields > limits.maxFields && this.templates > 0) {
      if (this.mustYield(exporter, exporter.fields, limits.maxFields)) this.removeOldestTemplate(exporter);
    }
    domain.templates.set(template.id, template);
    exporter.templates.add(template);
    exporter.fields += fields;
    this.templates += 1;
    this.fields += fields;
    this.revision += 1;
  }

  private removeOldestTemplate(exporter: Exporter): void {
    const [oldest] = exporter.templates;
    if (oldest !== undefined) this.removeTemplate(oldest);
  }

  removeTemplate(template: Template): void {
    const { domain, shared } = template;
    const { exporter } = domain;
    const fields = shared.spec.fields.length;
    domain.templates.delete(template.id);
    exporter.templates.delete(template);
    exporter.fields -= fields;
    this.templates -= 1;
    this.fields -= fields;
    this.revision += 1;
    this.layouts.release(shared);
  }

  addHeld(held: HeldSet): void {
    const { limits } = this;
    const { domain } = held;
    const { exporter } = domain;
    const cost = held.bytes.length + HELD_OVERHEAD_BYTES;
    while (
      exporter.held.size > 0 &&
      (exporter.held.size >= limits.maxEarlySetsPerExporter ||
        exporter.heldBytes + cost > limits.maxEarlyBytesPerExporter)
    ) {
      this.dropOldestHeld(exporter.held);
    }
    while (
      this.held.size > 0 &&
      (this.held.size >= limits.maxEarlySets || this.heldBytes + cost > limits.maxEarlyBytes)
    ) {
      this.dropOldestHeld(this.held);
    }
    const waiting = domain.waiting.get(held.templateId) ?? new Set<HeldSet>();
    domain.waiting.set(held.templateId, waiting.add(held));
    exporter.held.add(held);
    exporter.heldBytes += cost;
    this.held.add(held);
    this.heldBytes += cost;
  }

  dropOldestHeld(from: ReadonlySet<HeldSet>): void {
    const [oldest] = from;
    if (oldest !== undefined) this.dropHeld(oldest);
  }

  private dropHeld(held: HeldSet): void {
    this.removeHeld(held);
    this.heldDropped += 1;
  }

  removeHeld(held: HeldSet): void {
    const { domain } = held;
    const { exporter } = domain;
    const cost = held.bytes.length + HELD_OVERHEAD_BYTES;
    const waiting = domain.waiting.get(held.templateId);
    waiting?.delete(held);
    if (waiting?.size === 0) domain.waiting.delete(held.templateId);
    exporter.held.delete(held);
    exporter.heldBytes -= cost;
    this.held.delete(held);
    this.heldBytes -= cost;
  }
}
