// Notices to operators and what they answer; disputes, which operators open and two people decide.
import { Tabs } from '../components/tabs.tsx';
import { t } from '../language.ts';
import type { PageProps } from '../pages.ts';
import { useLocation } from '../router.ts';
import { NoticeDetail } from './notices/detail.tsx';
import { Disputes } from './notices/disputes.tsx';
import { NoticeList } from './notices/list.tsx';

export function NoticesPage({ parts }: PageProps) {
  const { query } = useLocation();
  const [id] = parts;
  if (id !== undefined) return <NoticeDetail key={id} id={id} />;
  return (
    <>
      <h1 tabIndex={-1}>{t('notices.title')}</h1>
      <Tabs
        path="/notices"
        label={t('notices.title')}
        tabs={[
          { view: '', title: t('notices.notices') },
          { view: 'disputes', title: t('notices.disputes') },
        ]}
      />
      {query.get('view') === 'disputes' ? <Disputes /> : <NoticeList />}
    </>
  );
}
