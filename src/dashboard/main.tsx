// The dashboard's entry.
import { render } from 'preact';
import { App } from './app.tsx';
import { startLanguage } from './language.ts';
import './styles.css';
import { applyTheme } from './theme.ts';

applyTheme();
void startLanguage().then(() => render(<App />, document.getElementById('app') as HTMLElement));
