// The dashboard's entry.
import './styles/colours.css';
import './styles/page.css';
import './styles/head.css';
import './styles/controls.css';
import './styles/tables.css';
import './styles/surfaces.css';
import './styles/pictures.css';
import { render } from 'preact';
import { App } from './app.tsx';
import { startLanguage } from './language.ts';
import { applyTheme } from './theme.ts';

applyTheme();
void startLanguage().then(() => render(<App />, document.getElementById('app') as HTMLElement));
