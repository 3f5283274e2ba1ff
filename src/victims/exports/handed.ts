// What is handed out: one victim under one indicator, with the indicator's document and every contact that was matched.
import { strictestOf } from '../../authority/importers/tlp.ts';
import type { Indicator } from '../../authority/indicator.ts';
import { listAuthorisations } from '../../store/authorisations.ts';
import type { ContactFlow } from '../../store/contact-flow.ts';
import { ContactFlows, type ContactSpan } from '../../store/contact-flows.ts';
import type { Database } from '../../store/database.ts';
import { daysReader, type StoredEvidence } from '../../store/evidence.ts';
import { indicatorReader } from '../../store/indicator-records.ts';
import { MatchMarks } from '../../store/match-marks.ts';
import type { Attributor } from '../attribution.ts';
import { iterateVictimPages, type Victim, type VictimFilter } from '../victims.ts';
import { ClockOffsets } from './clock-offsets.ts';

export type Tlp = Indicator['tlp'];

/** To whom it is handed: an operator and an entity see their own victims only; an analyst all. */
export type Audience =
  | { readonly kind: 'operator' | 'entity'; readonly id: string }
  | { readonly kind: 'analyst'; readonly id: null };

export interface Contact extends ContactFlow {
  /** The exporter's clock less ours, ms; `null` = not known, as in replays. */
  readonly clockOffsetMs: number | null;
  /** Why nobody can tell from this contact who it was; `null` = it can be told. */
  readonly notAttributable: string | null;
}

export interface Handed {
  readonly victim: Victim;
  readonly indicator: Indicator | null;
  readonly tlp: Tlp;
  /** The authorisation's file number and purpose (L18). */
  readonly file: string | null;
  readonly authorisedFor: string | null;
  /** Streamed, in the order of their start. */
  contacts(): Generator<Contact>;
  /** The latest contact by which it can be told who it was, or else the latest. */
  readonly sample: Contact | null;
}

/** Where an indicator says nothing of it. */
const DEFAULT_TLP: Tlp = 'AMBER+STRICT';
/** Contacts among which one that tells who it was is looked for. */
const SAMPLED_CONTACTS = 256;
/** Documents that are remembered. */
const MAX_INDICATORS = 1_000;

export class Handing {
  private readonly db: Database;
  private readonly filter: VictimFilter;
  private readonly audience: Audience;
  private readonly attributor: Attributor;
  private readonly flows: ContactFlows;
  private readonly daysOf: ReturnType<typeof daysReader>;
  private readonly marks: MatchMarks;
  private readonly offsets: ClockOffsets;
  private readonly readIndicator: (id: string) => { readonly indicator: Indicator } | undefined;
  private readonly indicators = new Map<string, Indicator | null>();
  private readonly authorisations;

  /** @param filter its operator or entity is the audience's */
  constructor(db: Database, filter: VictimFilter, audience: Audience, attributor: Attributor) {
    this.db = db;
    this.audience = audience;
    this.filter = {
      ...filter,
      ...(audience.id === null ? {} : { [audience.kind]: audience.id }),
      order: 'victim',
    };
    this.attributor = attributor;
    this.flows = new ContactFlows(db);
    this.daysOf = daysReader(db);
    this.marks = MatchMarks.load(db);
    this.offsets = new ClockOffsets(db);
    this.readIndicator = indicatorReader(db);
    this.authorisations = new Map(listAuthorisations(db).map((known) => [known.reference, known]));
  }

  /** In the order of the victims' addresses. Between two, the connection is free. */
  *victims(): Generator<Handed> {
    for (const [stored, victim] of iterateVictimPages(this.db, this.filter, this.attributor)) {
      yield this.handed(stored, victim, this.indicator(stored.indicator));
    }
  }

  /** The strictest marking of all indicators that have evidence. */
  tlp(): Tlp {
    const ids = this.db
      .prepare<[], string>(
        'SELECT DISTINCT indicator FROM matchedIndicators WHERE id IN (SELECT indicator FROM evidence)',
      )
      .pluck()
      .all();
    return strictestOf(ids.map((id) => this.readIndicator(id)?.indicator.tlp)) ?? DEFAULT_TLP;
  }

  private indicator(id: string): Indicator | null {
    let indicator = this.indicators.get(id);
    if (indicator === undefined) {
      indicator = this.readIndicator(id)?.indicator ?? null;
      if (this.indicators.size >= MAX_INDICATORS) this.indicators.clear();
      this.indicators.set(id, indicator);
    }
    return indicator;
  }

  private handed(stored: StoredEvidence, victim: Victim, indicator: Indicator | null): Handed {
    const { audience } = this;
    if (audience.kind === 'operator' && stored.operator !== audience.id)
      throw new Error(`evidence of ${stored.operator} is not for ${audience.id}`);
    const authorisation = this.authorisations.get(stored.authorisation);
    return {
      victim: audience.kind === 'operator' ? withoutEntity(victim) : victim,
      indicator,
      tlp: indicator?.tlp ?? DEFAULT_TLP,
      file: authorisation?.file ?? null,
      authorisedFor: authorisation?.purpose ?? null,
      contacts: () => this.contacts(stored),
      sample: this.sample(stored),
    };
  }

  private *contacts(stored: StoredEvidence): Generator<Contact> {
    for (const span of this.spans(stored)) {
      for (let next: Buffer | null = null; ; ) {
        const page = this.flows.page(span, next);
        for (const flow of page.flows) if (this.isEvidence(flow, stored)) yield this.contact(stored, flow);
        next = page.next;
        if (!next) break;
      }
    }
  }

  private sample(stored: StoredEvidence): Contact | null {
    const contacts = this.newest(stored);
    const told = contacts.find(({ victimPort, timeSource }) => lackOf(victimPort, timeSource) === null);
    const sample = told ?? contacts[0];
    return sample ? this.contact(stored, sample) : null;
  }

  private newest(stored: StoredEvidence): ContactFlow[] {
    const newest: ContactFlow[] = [];
    for (const span of this.spans(stored).reverse()) {
      const flows = this.flows.newest(span, SAMPLED_CONTACTS - newest.length);
      newest.push(...flows.filter((flow) => this.isEvidence(flow, stored)));
      if (newest.length >= SAMPLED_CONTACTS) break;
    }
    return newest;
  }

  /** Its days of contact within the time asked for. */
  private spans(stored: StoredEvidence): ContactSpan[] {
    const { victim, indicatorNumber } = stored;
    const { sinceMs = 0, untilMs = Infinity } = this.filter;
    return this.daysOf(stored).map(({ day }) => ({
      victim,
      indicator: indicatorNumber,
      day,
      fromMs: sinceMs,
      untilMs,
    }));
  }

  /** Of the same delivery, and not shown to be wrong (L11). */
  private isEvidence({ operator, retentionBasis, endMs }: ContactFlow, stored: StoredEvidence): boolean {
    const isOfIt = operator === stored.operator && retentionBasis === stored.retentionBasis;
    return isOfIt && (this.marks.isEmpty || this.marks.of({ ...stored, endMs }) !== 'upheld');
  }

  private contact({ victim, operator }: StoredEvidence, flow: ContactFlow): Contact {
    return {
      ...flow,
      clockOffsetMs: this.offsets.of(operator, flow.exporter, flow.startMs),
      notAttributable: this.notAttributable(victim, flow),
    };
  }

  /** What lies behind an operator's address only the operator knows: without port and exact time it could but guess. */
  private notAttributable(address: string, { victimPort, timeSource }: ContactFlow): string | null {
    if (this.audience.kind === 'operator') return lackOf(victimPort, timeSource);
    const told = this.attributor.attribute({ address, port: victimPort, timeSource });
    return told.attribution === 'not attributable' ? told.because : null;
  }
}

/** RFC 6302 § 2. */
function lackOf(port: number | null, timeSource: ContactFlow['timeSource']): string | null {
  if (port === null || port === 0) return 'the source port is not known';
  return timeSource === 'export' ? 'the time is not exact' : null;
}

/** What the register knows of its customers is not the operator's to know. */
export function withoutEntity(victim: Victim): Victim {
  const { attribution, because } = {
    attribution: 'operator',
    because: 'its operator identifies whose it is (L15)',
  } as const;
  const { asn, country } = victim.attribution;
  return {
    ...victim,
    attribution: { entity: null, kind: 'other', protected: null, asn, country, attribution, because },
  };
}
