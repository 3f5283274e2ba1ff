// The register of readings: who looked at matches and victims, and what for (L18).
import type { ConsultationItem } from '../../../http/routes/consultations.ts';
import { Choice, Filters, Search } from '../../components/filters.tsx';
import { ApiTable, type Column } from '../../components/table.tsx';
import { count, instant } from '../../format.ts';
import { t, word } from '../../language.ts';
import { DateFilter } from './date-filter.tsx';

const KINDS = ['matches', 'victims', 'export', 'warnings', 'subject'] as const;

export function ReadingsView() {
  return (
    <>
      <p class="hint">{t('accounts.readings.hint')}</p>
      <Filters>
        <Search name="reader" label={t('accounts.reader')} />
        <Choice
          name="kind"
          label={t('accounts.kindOfReading')}
          options={KINDS.map((kind) => ({ value: kind, text: t(`accounts.reading.${kind}`) }))}
        />
        <DateFilter name="since" label={t('accounts.since')} />
        <DateFilter name="until" label={t('accounts.until')} isLast />
      </Filters>
      <ApiTable<ConsultationItem>
        path="/api/consultations"
        filters={['reader', 'kind', 'since', 'until']}
        caption={t('accounts.readings')}
        columns={COLUMNS()}
        keyOf={({ id }) => String(id)}
        empty={<p>{t('accounts.readings.none')}</p>}
      />
    </>
  );
}

const COLUMNS = (): readonly Column<ConsultationItem>[] => [
  { title: t('accounts.when'), cell: ({ atMs }) => <span class="whole">{instant(atMs)}</span> },
  { title: t('accounts.reader'), cell: ({ by, role }) => `${by} (${word('role', role)})` },
  { title: t('accounts.kindOfReading'), cell: ({ kind }) => word('accounts.reading', kind) },
  { title: t('accounts.purpose'), cell: ({ purpose }) => purpose ?? '–' },
  { title: t('accounts.asked'), cell: ({ filter }) => <span class="detail">{asked(filter)}</span> },
  {
    title: t('accounts.shown'),
    numeric: true,
    cell: ({ rows }) => (rows === null ? t('accounts.unfinished') : count(rows)),
  },
];

function asked(filter: ConsultationItem['filter']): string {
  const given = Object.entries(filter).map(([key, value]) => `${key} = ${String(value)}`);
  return given.length === 0 ? '–' : given.join(' · ');
}
