// All authorisations, by reference.
import type { AuthorisationLine } from '../../../http/routes/authorisations.ts';
import { Badge } from '../../components/badge.tsx';
import { Choice, Filters } from '../../components/filters.tsx';
import { ApiTable, type Column } from '../../components/table.tsx';
import { count, instant } from '../../format.ts';
import { t, word } from '../../language.ts';
import { pathTo } from '../../router.ts';

const STATES = ['active', 'waiting', 'ended'];

export function AuthorisationList() {
  const columns: readonly Column<AuthorisationLine>[] = [
    {
      title: t('authorisations.reference'),
      cell: ({ reference }) => <a href={pathTo('authorisations', reference)}>{reference}</a>,
    },
    {
      title: t('authorisations.state'),
      cell: ({ state }) => <Badge group="authorisations.state" value={state} />,
    },
    { title: t('authorisations.file'), cell: ({ file }) => file },
    { title: t('authorisations.regime'), cell: ({ regime }) => <span class="mono">{regime}</span> },
    { title: t('authorisations.decided'), cell: ({ decidedMs }) => instant(decidedMs) },
    { title: t('authorisations.ends'), cell: ({ endsMs }) => instant(endsMs) },
    { title: t('authorisations.operators'), cell: ({ operators }) => operators.join(', ') },
    {
      title: t('authorisations.approved'),
      cell: ({ approvals: { given, needed } }) =>
        needed > given
          ? t('authorisations.signaturesOf', { given: count(given), needed: count(needed) })
          : count(given),
      numeric: true,
    },
    { title: t('authorisations.version'), cell: ({ version }) => count(version), numeric: true },
  ];
  return (
    <>
      <Filters>
        <Choice
          name="state"
          label={t('authorisations.state')}
          options={STATES.map((value) => ({ value, text: word('authorisations.state', value) }))}
        />
      </Filters>
      <ApiTable
        path="/api/authorisations"
        filters={['state']}
        caption={t('authorisations.title')}
        columns={columns}
        keyOf={({ reference }) => reference}
        empty={
          <p>
            {t('authorisations.none')} <code>flowsieve authorisation import</code>
          </p>
        }
      />
    </>
  );
}
