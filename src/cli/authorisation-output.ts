// Runs `flowsieve authorisation list` and `show`.
import type { Approval } from '../authority/authorisation.ts';
import { type ExplainedWindow, type Explanation, explain } from '../authority/explain.ts';
import { protocolName } from '../authority/protocols.ts';
import { reasonText } from '../authority/reasons.ts';
import type { AuthorisationRecord } from '../authority/records.ts';
import type { Bound } from '../authority/spans.ts';
import { toldWindow } from '../authority/told.ts';
import { loadConfiguration } from '../config/configuration.ts';
import { inForceOptions } from '../config/in-force-options.ts';
import { FlowSieveError } from '../core/errors.ts';
import { parsePrefix } from '../core/prefix.ts';
import { formatInstant } from '../core/time.ts';
import { loadRecords } from '../store/authority-records.ts';
import { openDatabase } from '../store/database.ts';
import { type DocumentedIndicator, iterateIndicators } from '../store/indicator-records.ts';
import type { ShowCommandOptions } from './authorisation.ts';
import { type GlobalOptions, print } from './command.ts';
import { LineWriter } from './output.ts';
import { formatTable } from './table.ts';

export async function listAuthorisations(commandLine: GlobalOptions): Promise<void> {
  const configuration = await loadConfiguration(commandLine);
  const settings = inForceOptions(configuration);
  const db = openDatabase(configuration.database, { readonly: true });
  try {
    const now = Date.now();
    const records = loadRecords(db, { sinceMs: now });
    const counts = new Map<string, { indicators: number; inForce: number }>();
    for (const record of records.indicators) {
      const count = counts.get(record.scope.authorisation) ?? { indicators: 0, inForce: 0 };
      counts.set(record.scope.authorisation, count);
      const { inForce, state } = explain(record, records, now, settings);
      if (state !== 'withdrawn') count.indicators += 1;
      if (inForce) count.inForce += 1;
    }
    const lines = [...records.authorisations.values()].map((authorisation) => ({
      ...authorisation,
      ...(counts.get(authorisation.reference) ?? { indicators: 0, inForce: 0 }),
    }));
    if (commandLine.json) for (const line of lines) print(JSON.stringify(line));
    else print(tableOf(lines));
  } finally {
    db.close();
  }
}

function tableOf(lines: readonly (AuthorisationRecord & { indicators: number; inForce: number })[]): string {
  return formatTable(
    ['reference', 'file', 'regime', 'decided', 'ends', 'operators', 'indicators', 'in force', 'version'],
    lines.map((line) => [
      line.reference,
      line.file,
      line.regime,
      shortInstant(line.decidedMs),
      line.endsMs === null ? null : shortInstant(line.endsMs),
      line.operators.join(' '),
      line.indicators,
      line.inForce,
      line.version,
    ]),
  );
}

export async function showAuthorisation(
  reference: string,
  commandLine: GlobalOptions,
  options: ShowCommandOptions,
): Promise<void> {
  const configuration = await loadConfiguration(commandLine);
  const settings = inForceOptions(configuration);
  const db = openDatabase(configuration.database, { readonly: true });
  const writer = new LineWriter();
  try {
    const records = loadRecords(db, { authorisation: reference, indicators: false });
    const authorisation = records.authorisations.get(reference);
    if (!authorisation) {
      throw new FlowSieveError(
        'NOT_FOUND',
        `there is no authorisation ${reference}: authorisation list shows those there are`,
      );
    }
    const isMeant = selection(options.indicator);
    const now = Date.now();
    const output = commandLine.json
      ? new JsonOutput(writer, authorisation)
      : new TextOutput(writer, authorisation);
    for (const found of iterateIndicators(db, reference)) {
      if (isMeant(found)) output.indicator(found, explain(found.record, records, now, settings, found.steps));
    }
    if (options.indicator !== undefined && output.shown === 0) {
      throw new FlowSieveError(
        'NOT_FOUND',
        `the authorisation ${reference} has no indicator ${options.indicator}`,
      );
    }
    output.end();
    writer.end();
  } finally {
    db.close();
  }
}

/** An indicator is named by its id or its address. */
function selection(named: string | undefined): (found: DocumentedIndicator) => boolean {
  if (named === undefined) return () => true;
  const parsed = parsePrefix(named);
  const address = 'value' in parsed ? parsed.value.text : null;
  return ({ indicator }) => indicator.id === named || indicator.address === address;
}

/** One object: the authorisation with its indicators, written piece by piece. */
class JsonOutput {
  shown = 0;
  private readonly writer: LineWriter;
  private readonly head: string;

  constructor(writer: LineWriter, authorisation: AuthorisationRecord) {
    this.writer = writer;
    this.head = JSON.stringify(authorisation).slice(0, -1);
  }

  indicator({ indicator, record }: DocumentedIndicator, { state, inForce, windows }: Explanation): void {
    const effectiveFromMs =
      windows.length > 0 ? Math.min(...windows.map(({ traffic }) => traffic.from.atMs)) : null;
    const { version, withdrawnMs } = record;
    this.writer.text(this.shown === 0 ? `${this.head},"indicators":[` : ',');
    this.writer.text(
      JSON.stringify({
        ...indicator,
        version,
        withdrawnMs,
        state,
        inForce,
        effectiveFromMs,
        windows: windows.map(toldWindow),
      }),
    );
    this.shown += 1;
  }

  end(): void {
    this.writer.line(this.shown === 0 ? `${this.head},"indicators":[]}` : ']}');
  }
}

class TextOutput {
  shown = 0;
  private readonly writer: LineWriter;
  private inForce = 0;

  constructor(writer: LineWriter, authorisation: AuthorisationRecord) {
    this.writer = writer;
    for (const line of headerLines(authorisation)) writer.line(line);
  }

  indicator({ indicator }: DocumentedIndicator, explanation: Explanation): void {
    const { writer } = this;
    const protocol = indicator.protocol === null ? [] : [protocolName(indicator.protocol)];
    const port = indicator.port === null ? [] : [`port ${indicator.port}`];
    const state = explanation.inForce ? 'IN FORCE' : `NOT IN FORCE (${explanation.state})`;
    writer.line('');
    writer.line([indicator.address, ...protocol, ...port, ' ', state, ' ', indicator.id].join(' '));
    writer.line(
      `  ${indicator.threat.name ?? indicator.threat.activity}, ${indicator.country}, ${indicator.basis.retention}`,
    );
    for (const window of explanation.windows) {
      for (const line of windowLines(window, explanation.windows.length > 1)) writer.line(`  ${line}`);
    }
    this.shown += 1;
    if (explanation.inForce) this.inForce += 1;
  }

  end(): void {
    this.writer.line('');
    this.writer.line(`${this.inForce} of ${this.shown} indicators in force`);
  }
}

function headerLines(authorisation: AuthorisationRecord): string[] {
  const { reference, file, regime, version, document, urgent } = authorisation;
  const people = (approvals: readonly Approval[]): string =>
    approvals.map(({ by, atMs }) => `${by} ${formatInstant(atMs)}`).join(', ');
  return [
    `Authorisation ${reference} (${file}), regime ${regime}, version ${version}`,
    `  decided    ${formatInstant(authorisation.decidedMs)}`,
    `  ends       ${authorisation.endsMs === null ? '-' : formatInstant(authorisation.endsMs)}`,
    ...(urgent === null
      ? []
      : [
          `  urgent     to be confirmed before ${formatInstant(urgent.deadlineMs)}${urgent.confirmation ? `; confirmed by ${people([urgent.confirmation])}` : ''}`,
        ]),
    `  purpose    ${oneLine(authorisation.purpose)}`,
    `  operators  ${authorisation.operators.join(', ')}`,
    `  document   ${document.name ?? '-'}, SHA-256 ${document.sha256}`,
    `  approved   ${people(authorisation.approvals) || '-'}`,
    ...(authorisation.renews === null ? [] : [`  renews     ${authorisation.renews}`]),
  ];
}

export function windowLines(window: ExplainedWindow, isOneOfSeveral: boolean): string[] {
  const { operators, retentionTerm, traffic, collection, obstacles } = window;
  return [
    ...(isOneOfSeveral
      ? [`operators ${operators.join(', ')} (term ${retentionTerm ?? 'not declared'}):`]
      : []),
    `traffic     from  ${boundText(traffic.from)}`,
    `            until ${boundText(traffic.until)}`,
    ...(collection.length === 0 ? ['collection  never'] : []),
    ...collection.flatMap(({ from, until }) => [
      `collection  from  ${boundText(from)}`,
      `            until ${boundText(until)}`,
    ]),
    ...obstacles.map(
      (bound) => `not in force: ${bound.rule}: ${sinceText(bound)}${reasonText(bound.because)}`,
    ),
  ];
}

function boundText({ atMs, rule, because }: Bound): string {
  const at = Number.isFinite(atMs) ? formatInstant(atMs) : '-'.padEnd(24);
  return `${at}  ${rule.padEnd(3)} ${oneLine(reasonText(because))}`;
}

function sinceText({ atMs }: Bound): string {
  return Number.isFinite(atMs) ? `${formatInstant(atMs)}: ` : '';
}

/** Midnight is a date. */
function shortInstant(ms: number): string {
  const text = formatInstant(ms);
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text;
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ');
}
