// Times as text: every form that exports hold, and what is none.
import { describe, expect, it } from 'vitest';
import type { TimeFormat } from '../../../src/ingest/csv/plan.ts';
import { isTimezone, readDuration, TimeReader } from '../../../src/ingest/csv/time.ts';

function read(text: string, timezone = 'UTC', format: TimeFormat = 'auto'): string | null {
  const bytes = Buffer.from(text);
  const ms = new TimeReader(timezone, format).read(bytes, 0, bytes.length);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

describe('times', () => {
  it.each([
    ['1735700002', '2025-01-01T02:53:22.000Z'],
    ['1735700002.002', '2025-01-01T02:53:22.002Z'],
    ['1735700002.9999', '2025-01-01T02:53:22.999Z'],
    ['1735700002002', '2025-01-01T02:53:22.002Z'],
    ['1735700002002999', '2025-01-01T02:53:22.002Z'],
    ['1735700002002000000', '2025-01-01T02:53:22.002Z'],
    ['2025-01-01 02:53:22', '2025-01-01T02:53:22.000Z'],
    ['2025-01-01 02:53:22.002', '2025-01-01T02:53:22.002Z'],
    ['2025-01-01 02:53:22.002999999', '2025-01-01T02:53:22.002Z'],
    ['  2025-01-01T02:53:22.5Z ', '2025-01-01T02:53:22.500Z'],
    ['2025-01-01T02:53:22+01:00', '2025-01-01T01:53:22.000Z'],
    ['2025-01-01T02:53:22-0130', '2025-01-01T04:23:22.000Z'],
    ['2025-01-01T02:53:22+01', '2025-01-01T01:53:22.000Z'],
    ['2025-01-01 02:53:22 UTC', '2025-01-01T02:53:22.000Z'],
    ['2025/01/01T02:53:22.123', '2025-01-01T02:53:22.123Z'],
    ['2025/1/2 3:04', '2025-01-02T03:04:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['2016-12-31 23:59:60', '2017-01-01T00:00:00.000Z'],
  ])('%s is read', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it.each([
    '',
    ' ',
    '-',
    'noon',
    '2025-13-01',
    '2025-02-29',
    '2025-01-32',
    '2025-01-01 24:00:00',
    '2025-01-01 00:60:00',
    '2025-01-01 00:00:61',
    '2025-01-01 00:00:00.',
    '2025-01-01 00:00:00.0000000000',
    '2025-01-01x',
    '2025-01/01',
    '01/02/2025',
    '-5',
    '1.2.3',
    '1e9',
    '99999-01-01',
    '123456789012345678901',
    '2025-01-01 00:00:00 CET',
    '0x10',
  ])('%j is no time', (text) => {
    expect(read(text)).toBeNull();
  });

  it('a given format rules over the size of a number and the order of a date', () => {
    expect(read('1735700002', 'UTC', 'milliseconds')).toBe('1970-01-21T02:08:20.002Z');
    expect(read('31/12/2024 01:02:03', 'UTC', 'dmy')).toBe('2024-12-31T01:02:03.000Z');
    expect(read('12/31/2024 01:02:03', 'UTC', 'mdy')).toBe('2024-12-31T01:02:03.000Z');
    expect(read('31.12.2024 01:02', 'UTC', 'dmy')).toBe('2024-12-31T01:02:00.000Z');
  });

  it.each([
    ['2025-01-15 12:00:00', '2025-01-15T11:00:00.000Z'],
    ['2025-07-15 12:00:00', '2025-07-15T10:00:00.000Z'],
    // 30 March 2025: 02:00 becomes 03:00. 26 October: 03:00 becomes 02:00.
    ['2025-03-30 01:59:59', '2025-03-30T00:59:59.000Z'],
    ['2025-03-30 02:30:00', '2025-03-30T01:30:00.000Z'],
    ['2025-03-30 03:00:00', '2025-03-30T01:00:00.000Z'],
    ['2025-10-26 02:30:00', '2025-10-26T00:30:00.000Z'],
    ['2025-10-26 03:00:00', '2025-10-26T02:00:00.000Z'],
    ['2025-07-15 12:00:00Z', '2025-07-15T12:00:00.000Z'],
  ])('%s in Brussels is %s', (text, expected) => {
    expect(read(text, 'Europe/Brussels')).toBe(expected);
  });

  it('zones are told from other words', () => {
    expect(['UTC', 'Europe/Brussels', 'Asia/Kathmandu'].every(isTimezone)).toBe(true);
    expect(['', 'Brussels', 'Mars/Olympus'].some(isTimezone)).toBe(false);
  });

  it.each([
    ['2155.052', 2_155_052],
    ['0.000', 0],
    ['.5', 500],
    ['00:35:55.052', 2_155_052],
    ['1:02', 62_000],
    ['2d 01:00:00', 176_400_000],
    ['-1.5', -1500],
    ['', Number.NaN],
    ['x', Number.NaN],
  ])('a duration of %j', (text, ms) => {
    expect(readDuration(text)).toBe(ms);
  });
});
