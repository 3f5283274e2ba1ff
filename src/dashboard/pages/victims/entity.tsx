// One entity: its networks, its contacts, and its victims.
import type { EntityItem } from '../../../http/routes/entities.ts';
import { useApi, withQuery } from '../../api.ts';
import { Back } from '../../components/back.tsx';
import { WhenLoaded } from '../../components/states.tsx';
import { instant } from '../../format.ts';
import { t, word } from '../../language.ts';
import { pathTo } from '../../router.ts';

export function EntityDetail({ id }: { readonly id: string }) {
  const entity = useApi<EntityItem>(pathTo('api', 'entities', id));
  return (
    <>
      <Back path="/victims" view="entities" text={t('victims.entities')} />
      <WhenLoaded loaded={entity}>{(data) => <Entity entity={data} />}</WhenLoaded>
    </>
  );
}

function Entity({ entity }: { readonly entity: EntityItem }) {
  const { id, name, kind, sector, prefixes, natPrefixes, asns, contacts, protected: profession } = entity;
  return (
    <>
      <h1 tabIndex={-1}>{name}</h1>
      <p class="actions">
        <a href={withQuery('/victims', { entity: id })}>{t('victims.ofEntity')}</a>
        <a href={withQuery('/victims', { view: 'warnings', recipient: id })}>{t('victims.warnings')}</a>
        <a href={withQuery('/victims', { view: 'export', for: 'entity', id })}>{t('victims.exportEntity')}</a>
      </p>
      <dl class="facts">
        <dt>{t('victims.id')}</dt>
        <dd class="mono">{id}</dd>
        <dt>{t('victims.kind')}</dt>
        <dd>
          {word('victims.kind', kind)}
          {sector === null ? '' : ` · ${sector}`}
        </dd>
        {profession === null ? null : (
          <>
            <dt>{t('victims.protected')}</dt>
            <dd>
              {word('victims.profession', profession)} – {t('victims.protected.why')}
            </dd>
          </>
        )}
        <dt>{t('victims.networks')}</dt>
        <dd class="mono">{prefixes.join(', ') || '–'}</dd>
        <dt>{t('victims.nat')}</dt>
        <dd class="mono">{natPrefixes.join(', ') || '–'}</dd>
        <dt>{t('victims.asns')}</dt>
        <dd>{asns.map((asn) => `AS${asn}`).join(', ') || '–'}</dd>
        <dt>{t('victims.contacts')}</dt>
        <dd>
          {contacts.length === 0
            ? t('victims.noContact')
            : contacts.map(({ mail, language, openpgp }) => (
                <div key={mail}>
                  <span class="mono">{mail}</span> · {language}
                  {openpgp === null ? '' : ` · OpenPGP ${openpgp}`}
                </div>
              ))}
        </dd>
        <dt>{t('victims.register')}</dt>
        <dd>
          {t('victims.recorded', {
            register: entity.register,
            version: entity.version,
            at: instant(entity.recordedAtMs),
            by: entity.recordedBy,
          })}
        </dd>
      </dl>
    </>
  );
}
