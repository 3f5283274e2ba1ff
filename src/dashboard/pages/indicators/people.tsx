// Where it takes different people: who has confirmed or overridden so far, and that another is needed.
import type { IndicatorAnswer } from '../../../http/routes/indicators.ts';
import { Badge } from '../../components/badge.tsx';
import { count, instant } from '../../format.ts';
import { t } from '../../language.ts';

export function People({ shown }: { readonly shown: IndicatorAnswer }) {
  const { document, confirmedBy, analysesNeeded, hits, overridesNeeded, disputes } = shown;
  if (document === null && hits.length === 0) return null;
  return (
    <section aria-labelledby="people">
      <h2 id="people">{t('indicators.people')}</h2>
      <ul>
        {document === null ? null : (
          <li>
            {t('indicators.confirmed', { of: count(analysesNeeded), people: named(confirmedBy) })}
            <Needed given={confirmedBy.length} needed={analysesNeeded} />
          </li>
        )}
        {hits.map(({ cause, severity, sinceMs, overriddenBy }) => (
          <li key={cause}>
            <Badge group="indicators.hit" value={severity} tone={severity === 'hard' ? 'bad' : 'wait'} />{' '}
            {t('indicators.hitSince', { cause, at: instant(sinceMs) })}
            {severity === 'hard' ? (
              <>
                {' '}
                {t('indicators.overriddenBy', { people: named(overriddenBy) })}
                <Needed given={overriddenBy.length} needed={overridesNeeded} />
              </>
            ) : null}
          </li>
        ))}
        {disputes.map(({ id, operator, by, ground, state, atMs }) => (
          <li key={id}>
            <Badge group="indicators.dispute" value={state} tone={state === 'open' ? 'wait' : 'plain'} />{' '}
            {t('indicators.disputedBy', { operator, by, at: instant(atMs) })}: {ground}
          </li>
        ))}
      </ul>
    </section>
  );
}

function named(people: readonly string[]): string {
  return people.length === 0 ? t('indicators.nobody') : people.join(', ');
}

function Needed({ given, needed }: { readonly given: number; readonly needed: number }) {
  if (given >= needed) return null;
  return (
    <strong class="needed">
      {' '}
      {given === 0
        ? t('indicators.peopleNeeded', { needed: count(needed) })
        : t('indicators.anotherNeeded', { given: count(given), needed: count(needed) })}
    </strong>
  );
}
