// Where the records of each operator went, as bars that are as long as their share, and the same in a table.
import { DISCARD_REASONS } from '../../../core/counters.ts';
import type { LedgerItem } from '../../../http/routes/ledger.ts';
import { type Column, Table } from '../../components/table.tsx';
import { count, share } from '../../format.ts';
import { type MessageKey, t } from '../../language.ts';

/** What the records of a line became, in the order in which the bar shows it. */
const PARTS = ['matched', ...DISCARD_REASONS, 'unaccounted'] as const;
type Part = (typeof PARTS)[number];

const WIDTH = 1_000;
const HEIGHT = 22;
/** Few as they may be, they are seen. */
const LEAST_WIDTH = 4;

export function Conservation({ items }: { readonly items: readonly LedgerItem[] }) {
  const shown = PARTS.filter((part) => items.some((item) => amount(item, part) > 0));
  return (
    <>
      <figure class="conservation">
        <figcaption>{t('accounts.picture')}</figcaption>
        {items.map((item) => (
          <OperatorBars key={item.operator} item={item} />
        ))}
        <ul class="legend" aria-hidden="true">
          {[...shown, 'taken' as const, 'lost' as const].map((part) => (
            <li key={part}>
              <svg width="14" height="14" aria-hidden="true">
                <rect width="14" height="14" class={`part-${part}`} />
              </svg>
              {t(`accounts.part.${part}`)}
            </li>
          ))}
        </ul>
      </figure>
      <div class="wrapped">
        <Table
          caption={t('accounts.picture.table')}
          columns={COLUMNS()}
          rows={items}
          keyOf={({ operator }) => operator}
        />
      </div>
    </>
  );
}

function OperatorBars({ item }: { readonly item: LedgerItem }) {
  const { operator, records, matched, datagrams, coverage, undecodable } = item;
  const values = { records: count(records), matched: count(matched) };
  const discarded = count(coverage.accounted.discarded);
  return (
    <div class="operator">
      <p>
        <strong>{operator}</strong> {t('accounts.sentence', { ...values, discarded })}
      </p>
      <Bar parts={PARTS.map((part) => ({ name: part, value: amount(item, part) }))} />
      <p class="hint">
        {t('accounts.sentence.datagrams', {
          datagrams: count(datagrams),
          lost: count(coverage.lostDatagrams),
          share: share(coverage.lostShare),
          undecodable: count(undecodable),
        })}
      </p>
      <Bar
        parts={[
          { name: 'taken', value: datagrams },
          { name: 'lost', value: coverage.lostDatagrams },
        ]}
      />
    </div>
  );
}

function Bar({ parts }: { readonly parts: readonly { readonly name: string; readonly value: number }[] }) {
  const present = parts.filter(({ value }) => value > 0);
  const total = present.reduce((sum, { value }) => sum + value, 0);
  const widths = present.map(({ value }) => Math.max(LEAST_WIDTH, (WIDTH * value) / total));
  const scale = WIDTH / widths.reduce((sum, width) => sum + width, 0);
  let at = 0;
  return (
    <svg class="bar" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      {present.map(({ name }, n) => {
        const x = at;
        const width = (widths[n] as number) * scale;
        at += width;
        return <rect key={name} x={x} width={width} height={HEIGHT} class={`part-${name}`} />;
      })}
    </svg>
  );
}

function amount(item: LedgerItem, part: Part): number {
  return part === 'matched' || part === 'unaccounted' ? item[part] : item.discarded[part];
}

const COLUMNS = (): readonly Column<LedgerItem>[] => [
  { title: t('accounts.operator'), cell: ({ operator }) => operator },
  { title: t('accounts.records'), numeric: true, cell: ({ records }) => count(records) },
  ...PARTS.map((part) => ({
    title: t(`accounts.part.${part}` as MessageKey),
    numeric: true,
    cell: (item: LedgerItem) => count(amount(item, part)),
  })),
  { title: t('accounts.undecodable'), numeric: true, cell: ({ undecodable }) => count(undecodable) },
];
