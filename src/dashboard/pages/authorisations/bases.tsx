// Legal bases: what rests on each, and what a court's ruling does to one.
import { useState } from 'preact/hooks';
import type { BasisLine } from '../../../http/routes/bases.ts';
import { ask, useApi } from '../../api.ts';
import { Badge } from '../../components/badge.tsx';
import { Dialog, Field } from '../../components/dialog.tsx';
import { EvidenceField } from '../../components/evidence-field.tsx';
import { WhenLoaded } from '../../components/states.tsx';
import { Table } from '../../components/table.tsx';
import { count, instant } from '../../format.ts';
import { t, word } from '../../language.ts';

export function Bases({ mayChange }: { readonly mayChange: boolean }) {
  const loaded = useApi<{ readonly items: readonly BasisLine[] }>('/api/bases');
  const [asked, setAsked] = useState<BasisLine | null>(null);
  return (
    <>
      <p>{t('authorisations.basesHint')}</p>
      <WhenLoaded loaded={loaded}>
        {({ items }) => (
          <Table
            caption={t('authorisations.bases')}
            rows={items}
            keyOf={({ id }) => id}
            columns={[
              { title: t('authorisations.basis'), cell: ({ id }) => <code>{id}</code> },
              { title: t('authorisations.kind'), cell: ({ kind }) => word('authorisations.basisKind', kind) },
              { title: t('authorisations.state'), cell: State },
              {
                title: t('authorisations.indicators'),
                cell: ({ indicators }) => count(indicators),
                numeric: true,
              },
              { title: t('authorisations.name'), cell: ({ name }) => name },
              { title: t('authorisations.source'), cell: ({ source }) => source },
              ...(mayChange
                ? [
                    {
                      title: t('authorisations.do'),
                      cell: (basis: BasisLine) => (
                        <button
                          type="button"
                          class={basis.suspended === null ? 'danger' : undefined}
                          aria-label={`${t(`authorisations.${kindOf(basis)}`)}: ${basis.id}`}
                          onClick={() => setAsked(basis)}
                        >
                          {t(`authorisations.${kindOf(basis)}`)}
                        </button>
                      ),
                    },
                  ]
                : []),
            ]}
          />
        )}
      </WhenLoaded>
      {asked === null ? null : (
        <BasisDialog basis={asked} onDone={loaded.reload} onClose={() => setAsked(null)} />
      )}
    </>
  );
}

function State({ suspended }: BasisLine) {
  if (suspended === null) return <Badge group="authorisations" value="inUse" tone="good" />;
  const { by, recordedAtMs, reason } = suspended;
  return (
    <>
      <Badge group="authorisations" value="suspended" tone="bad" /> {instant(recordedAtMs)}, {by}: {reason}
    </>
  );
}

function kindOf({ suspended }: BasisLine): 'suspend' | 'reinstate' {
  return suspended === null ? 'suspend' : 'reinstate';
}

function BasisDialog({
  basis,
  onDone,
  onClose,
}: {
  readonly basis: BasisLine;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const kind = kindOf(basis);
  return (
    <Dialog
      title={`${t(`authorisations.${kind}`)}: ${basis.id}`}
      action={t(`authorisations.${kind}`)}
      onClose={onClose}
      onDone={async (fields) => {
        const path = `/api/bases/${encodeURIComponent(basis.id)}/steps`;
        await ask(path, { method: 'POST', body: { kind, ...fields }, ifMatch: String(basis.step) });
        onDone();
      }}
    >
      <p>{t(`authorisations.${kind}Hint`, { indicators: count(basis.indicators) })}</p>
      <Field label={t('authorisations.reason')}>
        <textarea name="reason" rows={3} required maxLength={4_000} />
      </Field>
      <EvidenceField />
    </Dialog>
  );
}
