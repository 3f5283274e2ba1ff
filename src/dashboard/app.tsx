// The frame: who is logged in, where one can go, which page stands in the middle.
import { useEffect, useRef, useState } from 'preact/hooks';
import { ask, keepSession, type Session, whenLoggedOut } from './api.ts';
import { Announced } from './components/announced.tsx';
import { Field } from './components/dialog.tsx';
import { keepFocus } from './focus.ts';
import {
  chooseLanguage,
  currentLanguage,
  LANGUAGES,
  type Language,
  type MessageKey,
  t,
  word,
} from './language.ts';
import { LoginPage } from './pages/login.tsx';
import { PAGES, type PageOf } from './pages.ts';
import { followLinks, pathTo, useLocation } from './router.ts';
import { SessionContext } from './session.ts';
import { chooseTheme, currentTheme, type Theme } from './theme.ts';

export function App() {
  /** `undefined`: not yet known. */
  const [session, setSession] = useState<Session | null | undefined>(undefined);
  const [language, setLanguage] = useState(currentLanguage());
  const enter = (opened: Session | null): void => {
    keepSession(opened);
    setSession(opened);
  };
  useEffect(() => {
    whenLoggedOut(() => enter(null));
    ask<Session>('/api/session').then(enter, () => enter(null));
    const [stopFollowing, stopKeeping] = [followLinks(), keepFocus()];
    return () => {
      stopFollowing();
      stopKeeping();
    };
  }, []);
  if (session === undefined) return null;
  const change = async (chosen: Language): Promise<void> => {
    await chooseLanguage(chosen);
    setLanguage(chosen);
  };
  if (session === null)
    return <LoginPage key={language} onLogin={enter} preferences={<Preferences onLanguage={change} />} />;
  return (
    <SessionContext.Provider value={session} key={language}>
      <a class="skip" href="#main">
        {t('app.skip')}
      </a>
      <Header session={session} onLogout={() => enter(null)} onLanguage={change} />
      <Middle session={session} />
      <Announced />
    </SessionContext.Provider>
  );
}

function Middle({ session }: { readonly session: Session }) {
  const { parts } = useLocation();
  const name = parts[0] ?? pagesOf(session)[0]?.name;
  const page = PAGES.find((one) => one.name === name && one.roles.includes(session.role));
  useEffect(() => {
    document.title = page ? `${t(page.title)} · FlowSieve` : 'FlowSieve';
  }, [page]);
  return (
    <main id="main" tabIndex={-1}>
      {page ? <page.Page parts={parts.slice(1)} /> : <p class="empty">{t('app.noPage')}</p>}
    </main>
  );
}

function pagesOf({ role }: Session): readonly PageOf[] {
  return PAGES.filter(({ roles }) => roles.includes(role));
}

interface HeaderProps {
  readonly session: Session;
  readonly onLogout: () => void;
  readonly onLanguage: (language: Language) => Promise<void>;
}

function Header({ session, onLogout, onLanguage }: HeaderProps) {
  const { parts } = useLocation();
  const here = parts[0] ?? pagesOf(session)[0]?.name;
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [here]);
  return (
    <header>
      <a class="name" href="/">
        FlowSieve
      </a>
      <nav aria-label={t('app.pages')} ref={nav}>
        {pagesOf(session).map(({ name, title }) => (
          <a key={name} href={pathTo(name)} aria-current={name === here ? 'page' : undefined}>
            {t(title)}
          </a>
        ))}
      </nav>
      <Account session={session} onLogout={onLogout} onLanguage={onLanguage} />
    </header>
  );
}

function Account({ session, onLogout, onLanguage }: HeaderProps) {
  const { person, role, operator } = session;
  const logout = async (): Promise<void> => {
    await ask('/api/session', { method: 'DELETE' }).catch(() => {});
    onLogout();
  };
  return (
    <>
      <button type="button" popovertarget="account" aria-label={`${person}: ${t('app.account')}`}>
        {person} <span aria-hidden="true">▾</span>
      </button>
      <div id="account" class="account" popover="auto">
        <p>
          <strong>{person}</strong> · {word('role', role)}
          {operator === null ? '' : ` · ${operator}`}
        </p>
        <Preferences onLanguage={onLanguage} />
        <button type="button" onClick={logout}>
          {t('app.logout')}
        </button>
      </div>
    </>
  );
}

const THEMES: readonly Theme[] = ['auto', 'light', 'dark'];

function Preferences({ onLanguage }: { readonly onLanguage: (language: Language) => Promise<void> }) {
  const [theme, setTheme] = useState(currentTheme());
  return (
    <div class="preferences">
      <Field label={t('app.language')}>
        <select
          value={currentLanguage()}
          onChange={(event) => void onLanguage(event.currentTarget.value as Language)}
        >
          {Object.entries(LANGUAGES).map(([tag, name]) => (
            <option key={tag} value={tag} lang={tag}>
              {name}
            </option>
          ))}
        </select>
      </Field>
      <Field label={t('app.theme')}>
        <select
          value={theme}
          onChange={(event) => {
            chooseTheme(event.currentTarget.value as Theme);
            setTheme(currentTheme());
          }}
        >
          {THEMES.map((one) => (
            <option key={one} value={one}>
              {t(`theme.${one}` as MessageKey)}
            </option>
          ))}
        </select>
      </Field>
    </div>
  );
}
