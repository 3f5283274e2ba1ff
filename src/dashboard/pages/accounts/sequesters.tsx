// What is kept from being read by all but auditors: placed and released by a person, destroyed by two (I7, I8).
import { useEffect, useState } from 'preact/hooks';
import type { SequesterDetail, SequesterItem } from '../../../http/routes/sequesters.ts';
import { ask, useApi } from '../../api.ts';
import { Badge } from '../../components/badge.tsx';
import { Dialog, Field } from '../../components/dialog.tsx';
import { Filters } from '../../components/filters.tsx';
import { WhenLoaded } from '../../components/states.tsx';
import { ApiTable, type Column } from '../../components/table.tsx';
import { count, instant } from '../../format.ts';
import { t, word } from '../../language.ts';
import { setQuery, useLocation } from '../../router.ts';
import { useSession } from '../../session.ts';

type Act = 'release' | 'destroy';
type Open = 'place' | { readonly act: Act; readonly item: SequesterItem } | null;

export function Sequesters({
  onChange,
  isErasing,
}: {
  readonly onChange: () => void;
  /** What was decided is being destroyed. */
  readonly isErasing: boolean;
}) {
  const { role } = useSession();
  const { query } = useLocation();
  const [open, setOpen] = useState<Open>(null);
  const [version, setVersion] = useState(0);
  const mayChange = role === 'analyst' || role === 'admin';
  const changed = (): void => {
    setVersion((before) => before + 1);
    onChange();
  };
  // What has been destroyed meanwhile says so.
  useEffect(() => setVersion((before) => before + 1), [isErasing]);
  return (
    <section aria-labelledby="sequesters">
      <h2 id="sequesters">{t('accounts.sequesters')}</h2>
      <p class="hint">{t('accounts.sequesters.hint')}</p>
      <Filters>
        <Field label={t('accounts.sequesters.which')}>
          <select
            value={query.get('all') ?? ''}
            onChange={(event) => setQuery({ all: event.currentTarget.value })}
          >
            <option value="">{t('accounts.sequesters.holding')}</option>
            <option value="1">{t('accounts.sequesters.all')}</option>
          </select>
        </Field>
        {mayChange ? (
          <button type="button" onClick={() => setOpen('place')}>
            {t('accounts.place')}
          </button>
        ) : null}
      </Filters>
      <ApiTable<SequesterItem>
        path="/api/sequesters"
        filters={['all']}
        caption={t('accounts.sequesters')}
        columns={columns(mayChange ? setOpen : null)}
        keyOf={({ sequester }) => String(sequester)}
        empty={<p>{t('accounts.sequesters.none')}</p>}
        version={version}
      />
      {open === 'place' ? <PlaceDialog onClose={() => setOpen(null)} onDone={changed} /> : null}
      {open !== null && open !== 'place' ? (
        <DecideDialog act={open.act} item={open.item} onClose={() => setOpen(null)} onDone={changed} />
      ) : null}
    </section>
  );
}

function columns(open: ((what: Open) => void) | null): readonly Column<SequesterItem>[] {
  return [
    { title: t('accounts.number'), numeric: true, cell: ({ sequester }) => sequester },
    { title: t('accounts.of'), cell: ({ kind }) => word('accounts.kind', kind) },
    { title: t('accounts.value'), cell: ({ value }) => <span class="mono">{value}</span> },
    {
      title: t('accounts.why'),
      cell: ({ reason, by, atMs }) => (
        <>
          {reason}
          <br />
          <span class="hint">{`${by}, ${instant(atMs)}`}</span>
        </>
      ),
    },
    { title: t('accounts.standing'), cell: (item) => <Standing item={item} /> },
    ...(open === null
      ? []
      : [
          {
            title: t('accounts.actions'),
            cell: (item: SequesterItem) => <Actions item={item} open={open} />,
          },
        ]),
  ];
}

function Standing({ item: { released, destruction } }: { readonly item: SequesterItem }) {
  return (
    <>
      <Badge group="accounts" value={released ? 'released' : 'holds'} tone={released ? 'plain' : 'wait'} />
      {released ? (
        <div class="hint">{`${released.by}, ${instant(released.atMs)}: ${released.reason}`}</div>
      ) : null}
      {destruction ? (
        <div>
          <Badge
            group="accounts.destruction"
            value={destruction.state}
            tone={destruction.state === 'finished' ? 'plain' : 'bad'}
          />
          <div class="hint">{`${destruction.proposedBy}: ${destruction.reason}`}</div>
        </div>
      ) : null}
    </>
  );
}

function Actions({ item, open }: { readonly item: SequesterItem; readonly open: (what: Open) => void }) {
  if (item.released) return null;
  const { sequester, destruction, cause } = item;
  const isProposed = destruction?.state === 'proposed';
  return (
    <p class="actions">
      {cause === 'basis.suspend' ? (
        <span class="hint">{t('accounts.releasedWithBasis')}</span>
      ) : (
        <button
          type="button"
          aria-label={t('accounts.release.of', { sequester })}
          onClick={() => open({ act: 'release', item })}
        >
          {t('accounts.release')}
        </button>
      )}
      <button
        type="button"
        class="danger"
        aria-label={t(isProposed ? 'accounts.complete.of' : 'accounts.destroy.of', { sequester })}
        onClick={() => open({ act: 'destroy', item })}
      >
        {t(isProposed ? 'accounts.complete' : 'accounts.destroy')}
      </button>
    </p>
  );
}

function DecideDialog({
  act,
  item,
  onClose,
  onDone,
}: {
  readonly act: Act;
  readonly item: SequesterItem;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const path = `/api/sequesters/${item.sequester}`;
  const detail = useApi<SequesterDetail>(path);
  const isProposed = item.destruction?.state === 'proposed';
  const title = t(
    act === 'release' ? 'accounts.release' : isProposed ? 'accounts.complete' : 'accounts.destroy',
  );
  return (
    <Dialog
      title={title}
      action={title}
      onClose={onClose}
      onDone={async ({ reason }) => {
        await ask(`${path}/${act}`, { method: 'POST', body: { reason } });
        onDone();
      }}
    >
      <p>
        {word('accounts.kind', item.kind)} <span class="mono">{item.value}</span>
      </p>
      <WhenLoaded loaded={detail}>
        {({ matches }) => <p>{t('accounts.covers', { matches: count(matches) })}</p>}
      </WhenLoaded>
      {act === 'release' ? (
        <p>{t('accounts.release.text')}</p>
      ) : isProposed ? (
        <p>{t('accounts.complete.text', { person: item.destruction?.proposedBy ?? '' })}</p>
      ) : (
        <p>{t('accounts.destroy.text')}</p>
      )}
      <Field label={t('accounts.reason')}>
        <textarea name="reason" required maxLength={1_000} />
      </Field>
    </Dialog>
  );
}

const PLACEABLE = ['authorisation', 'indicator', 'basis'] as const;

function PlaceDialog({ onClose, onDone }: { readonly onClose: () => void; readonly onDone: () => void }) {
  return (
    <Dialog
      title={t('accounts.place')}
      action={t('accounts.place')}
      onClose={onClose}
      onDone={async ({ kind = 'authorisation', value, reason }) => {
        await ask('/api/sequesters', { method: 'POST', body: { [kind]: value, reason } });
        onDone();
      }}
    >
      <p>{t('accounts.place.text')}</p>
      <Field label={t('accounts.of')}>
        <select name="kind">
          {PLACEABLE.map((kind) => (
            <option key={kind} value={kind}>
              {t(`accounts.kind.${kind}`)}
            </option>
          ))}
        </select>
      </Field>
      <Field label={t('accounts.value')} hint={t('accounts.value.hint')}>
        <input name="value" required maxLength={200} spellcheck={false} />
      </Field>
      <Field label={t('accounts.reason')}>
        <textarea name="reason" required maxLength={1_000} />
      </Field>
    </Dialog>
  );
}
