// Where nothing can be proposed or asked yet: an authorisation comes first.
import { Empty } from '../../components/states.tsx';
import { t } from '../../language.ts';
import { pathTo } from '../../router.ts';

export function NoAuthorisation() {
  return (
    <Empty
      text={t('indicators.noAuthorisation')}
      next={<a href={pathTo('authorisations')}>{t('indicators.authorisation')}</a>}
    />
  );
}
