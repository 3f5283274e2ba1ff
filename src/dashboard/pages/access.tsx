// Who may log in as what: tokens, made and revoked. A token's text is shown once.
import { useState } from 'preact/hooks';
import type { NewToken, TokenLine } from '../../http/routes/tokens.ts';
import { ask, type Session, useApi, withQuery } from '../api.ts';
import { Badge, type Tone } from '../components/badge.tsx';
import { Dialog, Field } from '../components/dialog.tsx';
import { Empty, WhenLoaded } from '../components/states.tsx';
import { Table } from '../components/table.tsx';
import { instant } from '../format.ts';
import { t, word } from '../language.ts';

const ROLES: readonly Session['role'][] = ['analyst', 'engineer', 'operator', 'auditor', 'admin'];

export function AccessPage() {
  const loaded = useApi<{ readonly items: readonly TokenLine[] }>('/api/tokens');
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState<NewToken | null>(null);
  const [revoking, setRevoking] = useState<TokenLine | null>(null);
  return (
    <>
      <h1 tabIndex={-1}>{t('access.title')}</h1>
      <p>{t('access.hint')}</p>
      <p>
        <button type="button" class="main" onClick={() => setMaking(true)}>
          {t('access.make')}
        </button>
      </p>
      {made === null ? null : <Made token={made} />}
      <WhenLoaded loaded={loaded}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty text={t('access.none')} />
          ) : (
            <Tokens items={items} onRevoke={setRevoking} />
          )
        }
      </WhenLoaded>
      {isMaking ? (
        <MakeDialog
          onMade={(token) => {
            setMade(token);
            loaded.reload();
          }}
          onClose={() => setMaking(false)}
        />
      ) : null}
      {revoking === null ? null : (
        <RevokeDialog token={revoking} onDone={loaded.reload} onClose={() => setRevoking(null)} />
      )}
    </>
  );
}

type State = 'valid' | 'expired' | 'revoked';
const TONES: Readonly<Record<State, Tone>> = { valid: 'good', expired: 'plain', revoked: 'plain' };

function stateOf({ revokedAtMs, expiresAtMs }: TokenLine): State {
  return revokedAtMs !== null ? 'revoked' : expiresAtMs <= Date.now() ? 'expired' : 'valid';
}

function Tokens({
  items,
  onRevoke,
}: {
  readonly items: readonly TokenLine[];
  readonly onRevoke: (token: TokenLine) => void;
}) {
  return (
    <Table
      caption={t('access.tokens')}
      rows={items}
      keyOf={({ id }) => id}
      columns={[
        { title: t('access.id'), cell: ({ id }) => <code>{id}</code> },
        {
          title: t('access.state'),
          cell: (token) => <Badge group="access.state" value={stateOf(token)} tone={TONES[stateOf(token)]} />,
        },
        { title: t('access.role'), cell: ({ role }) => word('role', role) },
        { title: t('access.person'), cell: ({ person }) => person },
        { title: t('access.operator'), cell: ({ operator }) => operator ?? '' },
        { title: t('access.once'), cell: ({ once }) => (once ? t('access.oneSession') : t('access.many')) },
        { title: t('access.expires'), cell: ({ expiresAtMs }) => instant(expiresAtMs) },
        {
          title: t('access.made'),
          cell: ({ createdAtMs, createdBy }) => `${instant(createdAtMs)}, ${createdBy}`,
        },
        {
          title: t('access.do'),
          cell: (token) =>
            stateOf(token) === 'valid' ? (
              <button
                type="button"
                class="danger"
                aria-label={`${t('access.revoke')}: ${token.id}`}
                onClick={() => onRevoke(token)}
              >
                {t('access.revoke')}
              </button>
            ) : token.revokedAtMs === null ? (
              ''
            ) : (
              instant(token.revokedAtMs)
            ),
        },
      ]}
    />
  );
}

function Made({ token }: { readonly token: NewToken }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(token.text);
    setCopied(true);
  };
  return (
    <section class="card asks" aria-labelledby="made">
      <h2 id="made">{t('access.shownOnce')}</h2>
      <p>
        {token.person}, {word('role', token.role)}
      </p>
      <p>
        <code>{token.text}</code>
      </p>
      {/* Browsers give the clipboard only where nobody listens in: TLS, or this machine. */}
      {globalThis.isSecureContext ? (
        <button type="button" onClick={copy}>
          {t('access.copy')}
        </button>
      ) : null}{' '}
      <span role="status">{isCopied ? t('access.copied') : ''}</span>
    </section>
  );
}

function MakeDialog({
  onMade,
  onClose,
}: {
  readonly onMade: (token: NewToken) => void;
  readonly onClose: () => void;
}) {
  const [role, setRole] = useState<Session['role']>('analyst');
  return (
    <Dialog
      title={t('access.make')}
      action={t('access.makeIt')}
      onClose={onClose}
      onDone={async ({ days, ...fields }) => {
        const body = { ...fields, days: Number(days) };
        onMade(await ask<NewToken>('/api/tokens', { method: 'POST', body }));
      }}
    >
      <Field label={t('access.person')} hint={t('access.personHint')}>
        <input name="person" required maxLength={200} spellcheck={false} />
      </Field>
      <Field label={t('access.role')} hint={t(`access.may.${role}`)}>
        <select
          name="role"
          value={role}
          onChange={(event) => setRole(event.currentTarget.value as Session['role'])}
        >
          {ROLES.map((one) => (
            <option key={one} value={one}>
              {word('role', one)}
            </option>
          ))}
        </select>
      </Field>
      {role === 'operator' ? (
        <Field label={t('access.operator')}>
          <input name="operator" required maxLength={64} spellcheck={false} />
        </Field>
      ) : null}
      <Field label={t('access.days')}>
        <input name="days" type="number" min={1} max={366} defaultValue={90} required />
      </Field>
    </Dialog>
  );
}

function RevokeDialog({
  token: { id, person, role },
  onDone,
  onClose,
}: {
  readonly token: TokenLine;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  return (
    <Dialog
      title={`${t('access.revoke')}: ${id}`}
      action={t('access.revoke')}
      onClose={onClose}
      onDone={async ({ reason }) => {
        await ask(withQuery(`/api/tokens/${id}`, { reason }), { method: 'DELETE' });
        onDone();
      }}
    >
      <p>
        {person}, {word('role', role)}
      </p>
      <p>{t('access.revokeHint')}</p>
      <Field label={t('access.reason')}>
        <input name="reason" maxLength={1_000} />
      </Field>
    </Dialog>
  );
}
