// MISP's CSV export (misp-project.org, automation): uuid, event_id, category, type, value, comment, to_ids, date, and with
// the context attribute_tag, event_info, event_source_org, event_tag … `date` is the attribute's timestamp.
import { parseInstant } from '../../core/time.ts';
import { findTable } from './csv-table.ts';
import { type FeedOptions, FeedReading, type ReadFeed, unreadable } from './feed.ts';
import { FieldReader } from './fields.ts';
import { readAttribute } from './misp-attribute.ts';

const NEEDED = ['type', 'value', 'to_ids'] as const;

export async function readMispCsv(text: string, options: FeedOptions): Promise<ReadFeed> {
  const table = findTable(text, (columns) => NEEDED.every((name) => columns.includes(name)));
  if (!table) {
    throw unreadable(options.name, `not a CSV file of MISP: its header does not name ${NEEDED.join(', ')}`);
  }
  const reading = new FeedReading(options.name);
  for await (const row of table.rows()) {
    reading.enter();
    const place = { line: row.line };
    if ('fault' in row) {
      reading.refuse(place, row.fault);
      continue;
    }
    const reader = new FieldReader(row.fields);
    const event = reader.text('event_uuid') ?? reader.text('event_id');
    const context = {
      source: reader.name('event_source_org'),
      modifiedMs: dateOf(reader),
      tags: [...reader.names('attribute_tag'), ...reader.names('event_tag')],
      remarks: [reader.remark('event_info')],
      references: event === null ? [] : [`MISP event ${event.slice(0, 40)}`],
      port: null,
      isDeleted: false,
    };
    readAttribute(reading, place, reader, context, options);
  }
  return reading;
}

/** Seconds since 1970; older versions wrote 20260302. */
function dateOf(reader: FieldReader): number | null {
  const text = reader.text('date');
  if (text === null || !/^\d{8}$/.test(text)) return reader.seconds('date');
  const parsed = parseInstant(text.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3'));
  return 'value' in parsed ? parsed.value : reader.fail('date', parsed.problem);
}
