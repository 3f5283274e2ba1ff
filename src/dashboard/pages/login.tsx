// A token is exchanged for a session. A link with `#code=…`, as `demo --serve` prints it, does so by itself.
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ApiProblem, ask, type Session } from '../api.ts';
import { t } from '../language.ts';
import { go } from '../router.ts';

export function LoginPage({
  onLogin,
  preferences,
}: {
  readonly onLogin: (session: Session) => void;
  readonly preferences: ComponentChildren;
}) {
  const [problem, setProblem] = useState<string | null>(null);
  const login = async (token: string): Promise<void> => {
    try {
      onLogin(await ask<Session>('/api/session', { method: 'POST', body: { token } }));
      if (window.location.pathname === '/login') go('/', { replace: true });
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(error.status === 401 ? t('login.refused') : error.message);
    }
  };
  useEffect(() => {
    const code = new URLSearchParams(window.location.hash.slice(1)).get('code');
    if (code === null) return;
    history.replaceState(null, '', window.location.pathname);
    void login(code);
  }, []);
  return (
    <main id="main" class="login">
      <h1>FlowSieve</h1>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void login(String(new FormData(event.currentTarget).get('token')).trim());
        }}
      >
        <label>
          {t('login.token')}
          <input name="token" type="password" autocomplete="current-password" required spellcheck={false} />
        </label>
        <button type="submit" class="main">
          {t('login.enter')}
        </button>
        <p role="alert">{problem}</p>
        <p class="hint">{t('login.hint')}</p>
      </form>
      {preferences}
    </main>
  );
}
