// Runs `flowsieve notice list` and `show`.
import { loadConfiguration } from '../config/configuration.ts';
import { FlowSieveError } from '../core/errors.ts';
import { formatInstant } from '../core/time.ts';
import type { Content } from '../notices/notice.ts';
import { textOf } from '../notices/text.ts';
import { type Database, openDatabase } from '../store/database.ts';
import {
  attemptsOf,
  deliveriesOf,
  findNotice,
  iterateNotices,
  type NoticeStanding,
  type StoredNotice,
} from '../store/notices.ts';
import { type GlobalOptions, print } from './command.ts';
import type { ListOptions, ShowOptions } from './notice.ts';
import { LineWriter } from './output.ts';
import { formatTable } from './table.ts';

export async function listNotices(commandLine: GlobalOptions, options: ListOptions): Promise<void> {
  const { database } = await loadConfiguration(commandLine);
  const db = openDatabase(database, { readonly: true });
  try {
    const notices = iterateNotices(db, { operator: options.operator, isOpen: options.open });
    if (commandLine.json) {
      const writer = new LineWriter();
      for (const notice of notices) writer.line(JSON.stringify(notice));
      writer.end();
    } else print(tableOf([...notices]));
  } finally {
    db.close();
  }
}

function tableOf(notices: readonly NoticeStanding[]): string {
  return formatTable(
    [
      'issued',
      'notice',
      'kind',
      'operator',
      'authorisation',
      'indicators',
      'delivery',
      'acknowledged',
      'escalated',
    ],
    notices.map((notice) => [
      formatInstant(notice.issuedAtMs),
      notice.id,
      notice.parts === 1 ? notice.kind : `${notice.kind} ${notice.part}/${notice.parts}`,
      notice.operator,
      notice.authorisation,
      notice.indicators,
      notice.state,
      notice.acknowledgedAtMs === null ? null : formatInstant(notice.acknowledgedAtMs),
      notice.escalatedAtMs === null ? null : formatInstant(notice.escalatedAtMs),
    ]),
  );
}

export async function showNotice(
  id: string,
  commandLine: GlobalOptions,
  { raw }: ShowOptions,
): Promise<void> {
  const { database } = await loadConfiguration(commandLine);
  const db = openDatabase(database, { readonly: true });
  try {
    const notice = findNotice(db, id);
    if (!notice)
      throw new FlowSieveError('NOT_FOUND', `there is no notice ${id}: notice list shows those there are`);
    if (raw) process.stdout.write(notice.body);
    else if (commandLine.json) print(JSON.stringify(inFull(db, notice)));
    else print(inWords(db, notice));
  } finally {
    db.close();
  }
}

function inFull(db: Database, { sequence, id, body, signature }: StoredNotice): object {
  const [standing] = iterateNotices(db, { id });
  return {
    ...standing,
    signature: signature.toString('base64'),
    content: JSON.parse(body.toString('utf8')) as Content,
    deliveries: deliveriesOf(db, sequence),
    attempts: attemptsOf(db, sequence),
  };
}

function inWords(db: Database, { sequence, id, body, key }: StoredNotice): string {
  const [standing] = iterateNotices(db, { id }) as Iterable<NoticeStanding>;
  const { acknowledgedAtMs, acknowledgedBy } = standing as NoticeStanding;
  const attempts = attemptsOf(db, sequence).map(
    ({ channel, startedAtMs, problem }) =>
      `${formatInstant(startedAtMs)}  ${channel}: ${problem ?? 'delivered'}`,
  );
  return [
    textOf(JSON.parse(body.toString('utf8')) as Content),
    ...(attempts.length === 0 ? ['No attempt was made to deliver it.'] : attempts),
    acknowledgedAtMs === null
      ? 'It is not acknowledged.'
      : `Acknowledged ${formatInstant(acknowledgedAtMs)} by ${acknowledgedBy}.`,
    `Signed by the key ${key}.`,
  ].join('\n');
}
