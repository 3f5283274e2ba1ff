// The names that matches and ledger rows refer to by number: sources, exporters within them, indicators.
import type { Database } from './database.ts';

export type SourceKind = 'replay' | 'stream' | 'listener';

export interface SourceNames {
  /** The input's path, `<stdin>`, or the listener's address. */
  readonly name: string;
  readonly operator: string;
  readonly retentionBasis: string;
}

/** Numbers are given out within the caller's transaction: after a rollback, `forget`. */
export class Origins {
  private readonly origins = new Map<string, number>();
  private readonly indicators = new Map<string, Map<string, number>>();
  private readonly findOrigin;
  private readonly addOrigin;
  private readonly findIndicator;
  private readonly addIndicator;
  private last = { source: -1, exporter: null as string | null, origin: -1 };

  constructor(db: Database) {
    this.findOrigin = db
      .prepare<[number, string], number>(
        "SELECT id FROM origins WHERE source = ? AND ifnull(exporter, '') = ?",
      )
      .pluck();
    this.addOrigin = db.prepare<[number, string | null]>(
      'INSERT INTO origins (source, exporter) VALUES (?, ?)',
    );
    this.findIndicator = db
      .prepare<[string, string], number>(
        'SELECT id FROM matchedIndicators WHERE indicator = ? AND authorisation = ?',
      )
      .pluck();
    this.addIndicator = db.prepare<[string, string]>(
      'INSERT INTO matchedIndicators (indicator, authorisation) VALUES (?, ?)',
    );
  }

  origin(source: number, exporter: string | null): number {
    const last = this.last;
    if (last.source === source && last.exporter === exporter) return last.origin;
    const key = `${source} ${exporter ?? ''}`;
    let origin = this.origins.get(key);
    if (origin === undefined) {
      origin =
        this.findOrigin.get(source, exporter ?? '') ??
        Number(this.addOrigin.run(source, exporter).lastInsertRowid);
      this.origins.set(key, origin);
    }
    this.last = { source, exporter, origin };
    return origin;
  }

  indicator(indicator: string, authorisation: string): number {
    let ofAuthorisation = this.indicators.get(authorisation);
    if (!ofAuthorisation) {
      ofAuthorisation = new Map();
      this.indicators.set(authorisation, ofAuthorisation);
    }
    let id = ofAuthorisation.get(indicator);
    if (id === undefined) {
      id =
        this.findIndicator.get(indicator, authorisation) ??
        Number(this.addIndicator.run(indicator, authorisation).lastInsertRowid);
      ofAuthorisation.set(indicator, id);
    }
    return id;
  }

  forget(): void {
    this.origins.clear();
    this.indicators.clear();
    this.last = { source: -1, exporter: null, origin: -1 };
  }
}
