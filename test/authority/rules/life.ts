// An authority's life in a database of the test's own, and what becomes of a flow to a listed address at an instant: asked of
// the matcher over the compiled list and of the explanation, of what is known now, was known then, and of the live list.
import { onTestFinished } from 'vitest';
import { compileList } from '../../../src/authority/compile.ts';
import { IN_FORCE_DEFAULTS, type InForceOptions } from '../../../src/authority/conditions.ts';
import { type Explanation, explain } from '../../../src/authority/explain.ts';
import type { AuthorityRecords } from '../../../src/authority/records.ts';
import type { NewAuthorisationStep, NewBasisStep, NewStep } from '../../../src/authority/steps.ts';
import { DISCARD_REASONS } from '../../../src/core/counters.ts';
import { Findings, tallyOf } from '../../../src/match/findings.ts';
import { AddressIndex, buildIndex } from '../../../src/match/index.ts';
import { Matcher } from '../../../src/match/matcher.ts';
import { recordAuthorisationStep } from '../../../src/store/authorisation-steps.ts';
import { importAuthorisation, loadRecords } from '../../../src/store/authorisations.ts';
import { recordBasisStep } from '../../../src/store/basis-steps.ts';
import { type Database, openDatabase } from '../../../src/store/database.ts';
import { findIndicator } from '../../../src/store/indicator-names.ts';
import { recordStep } from '../../../src/store/indicator-steps.ts';
import { declareOperator } from '../../../src/store/operators.ts';
import { flowOf } from '../../match/flows.ts';
import { type Fields, fileOf, HEADER, ms } from '../fixture.ts';

export interface Question {
  /** When the flow is looked at. */
  readonly at: string | number;
  /** The flow: the other side of `address`, when it took place, from whom, kept under what. */
  readonly address?: string;
  readonly port?: number;
  readonly startMs?: number;
  readonly endMs?: number;
  readonly operator?: string;
  readonly basis?: string;
  readonly options?: Partial<InForceOptions>;
}

const ADDRESS = '203.0.113.7';
const OPERATOR = 'example-isp';

export class Authority {
  readonly db: Database = openDatabase(':memory:');

  constructor() {
    onTestFinished(() => {
      this.db.close();
    });
  }

  take(at: string, entries: readonly Fields[], header: Fields = HEADER) {
    const text = JSON.stringify(fileOf(header, entries));
    return importAuthorisation(this.db, text, { by: 'the.head', at: ms(at) });
  }

  step(at: string, step: NewStep, by = 'c.analyst', address = ADDRESS) {
    const { id } = findIndicator(this.db, address);
    return recordStep(this.db, id, step, { by, role: 'analyst', at: ms(at) });
  }

  authorisation(at: string, step: NewAuthorisationStep, by = 'the.head', reference = '002/2026') {
    return recordAuthorisationStep(this.db, reference, step, { by, role: 'analyst', at: ms(at) });
  }

  basis(at: string, basis: string, kind: NewBasisStep['kind']) {
    const step = { kind, reason: 'a ruling' };
    return recordBasisStep(this.db, basis, step, { by: 'a.lawyer', role: 'analyst', at: ms(at) });
  }

  operator(at: string, retention: Readonly<Record<string, string>>, id = 'example-isp') {
    declareOperator(this.db, id, { retention }, { by: 'an.engineer', role: 'engineer', at: ms(at) });
  }

  /** `matched`, or why not; all ways of asking must agree. */
  verdict(question: Question): string {
    const atMs = typeof question.at === 'number' ? question.at : ms(question.at);
    const now = this.ask(loadRecords(this.db), atMs, question);
    const asKnownThen = this.ask(loadRecords(this.db, { asKnownAtMs: atMs }), atMs, question);
    const live = this.ask(loadRecords(this.db, { asKnownAtMs: atMs, sinceMs: atMs }), atMs, question, atMs);
    const inForce = this.explain(atMs, question).windows.some(
      (window) => window.inForce && window.operators.includes(question.operator ?? OPERATOR),
    );
    const isContradicted = now === (inForce ? 'notInForce' : 'matched');
    if (asKnownThen !== live || now !== asKnownThen || isContradicted) {
      throw new Error(`now ${now}, as known then ${asKnownThen}, live ${live}, explained ${inForce}`);
    }
    return now;
  }

  explain(atMs: number, { address = ADDRESS, options }: Omit<Question, 'at'> = {}): Explanation {
    const { id } = findIndicator(this.db, address);
    const records = loadRecords(this.db, { indicator: id });
    const [record] = records.indicators;
    if (!record) throw new Error(`no indicator ${address}`);
    return explain(record, records, atMs, { ...IN_FORCE_DEFAULTS, ...options });
  }

  /** By the list that a daemon would load at an instant, all that was recorded being known. */
  live(atMs: number): string {
    return this.ask(loadRecords(this.db, { sinceMs: atMs }), atMs, { at: atMs }, atMs);
  }

  private ask(
    records: AuthorityRecords,
    atMs: number,
    question: Question,
    sinceMs = Number.NEGATIVE_INFINITY,
  ): string {
    const { operator = OPERATOR, basis = 'lce-126-1', port = 443, options } = question;
    const list = compileList(records, 1, { ...options, sinceMs });
    if (list.ranges.length === 0) return 'noHit';
    const startMs = question.startMs ?? ms('2026-06-20T10:00:00Z');
    const flow = flowOf({
      dst: question.address?.split('/')[0] ?? ADDRESS,
      dstPort: port,
      startMs,
      endMs: question.endMs ?? startMs,
    });
    const findings = new Findings();
    const evaluation = { operator, retentionBasis: basis, atMs, straddling: 'contained' } as const;
    new Matcher(AddressIndex.open(buildIndex(list)), evaluation).judge([flow], 0, findings);
    const [tallies] = findings.toResult(1).tallies;
    const column = (['matched', ...DISCARD_REASONS] as const).find(
      (one) => tallies && tallyOf(tallies, one) > 0,
    );
    return column ?? 'nothing';
  }
}

/** Verdicts at the millisecond before an instant, and at it. */
export function around(authority: Authority, at: string, question: Omit<Question, 'at'> = {}): string[] {
  return [ms(at) - 1, ms(at)].map((atMs) => authority.verdict({ ...question, at: atMs }));
}

export const OPENS = ['notInForce', 'matched'];
export const CLOSES = ['matched', 'notInForce'];
