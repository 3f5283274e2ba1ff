// What an authorisation's document says.
import { Fragment } from 'preact';
import type { AuthorisationAnswer } from '../../../http/routes/authorisations.ts';
import { count, instant } from '../../format.ts';
import { t } from '../../language.ts';
import { pathTo } from '../../router.ts';

export function Facts({ authorisation }: { readonly authorisation: AuthorisationAnswer }) {
  const { urgent, document, mentions, renews, renewedBy, regimeRules, method } = authorisation;
  return (
    <section aria-labelledby="facts">
      <h2 id="facts">{t('authorisations.document')}</h2>
      <dl class="facts">
        <dt>{t('authorisations.file')}</dt>
        <dd>{authorisation.file}</dd>
        <dt>{t('authorisations.regime')}</dt>
        <dd>
          {regimeRules?.name ?? authorisation.regime} <code>{authorisation.regime}</code>
        </dd>
        {method === null ? null : (
          <>
            <dt>{t('authorisations.method')}</dt>
            <dd>
              {regimeRules?.method?.name ?? method} {regimeRules?.method?.source ?? ''}
            </dd>
          </>
        )}
        <dt>{t('authorisations.purpose')}</dt>
        <dd>{authorisation.purpose}</dd>
        <dt>{t('authorisations.decided')}</dt>
        <dd>{instant(authorisation.decidedMs)}</dd>
        <dt>{t('authorisations.ends')}</dt>
        <dd>{instant(authorisation.endsMs)}</dd>
        {authorisation.notifiedMs === null ? null : (
          <>
            <dt>{t('authorisations.notified')}</dt>
            <dd>{instant(authorisation.notifiedMs)}</dd>
          </>
        )}
        {urgent === null ? null : (
          <>
            <dt>{t('authorisations.urgent')}</dt>
            <dd>{t('authorisations.confirmBefore', { deadline: instant(urgent.deadlineMs) })}</dd>
          </>
        )}
        <dt>{t('authorisations.operators')}</dt>
        <dd>{authorisation.operators.join(', ')}</dd>
        <dt>{t('authorisations.document')}</dt>
        <dd>
          {document.name ?? '–'}, SHA-256 <code>{document.sha256}</code>
        </dd>
        {renews === null ? null : (
          <>
            <dt>{t('authorisations.renews')}</dt>
            <dd>
              <Link reference={renews} />
            </dd>
          </>
        )}
        {renewedBy.length === 0 ? null : (
          <>
            <dt>{t('authorisations.renewedBy')}</dt>
            <dd>
              {renewedBy.map((reference) => (
                <Link key={reference} reference={reference} />
              ))}
            </dd>
          </>
        )}
        <dt>{t('authorisations.version')}</dt>
        <dd>
          {count(authorisation.version)}, {instant(authorisation.recordedAtMs)}
        </dd>
        {Object.entries(mentions).map(([key, text]) => (
          <Fragment key={key}>
            <dt>{key}</dt>
            <dd>{text}</dd>
          </Fragment>
        ))}
      </dl>
    </section>
  );
}

function Link({ reference }: { readonly reference: string }) {
  return <a href={pathTo('authorisations', reference)}>{reference}</a>;
}
