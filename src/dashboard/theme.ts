// Light, dark, or as the system has it.

export type Theme = 'auto' | 'light' | 'dark';
const STORED_AS = 'flowsieve-theme';

export function currentTheme(): Theme {
  const stored = localStorage.getItem(STORED_AS);
  return stored === 'light' || stored === 'dark' ? stored : 'auto';
}

export function applyTheme(): void {
  document.documentElement.dataset.theme = currentTheme();
}

export function chooseTheme(theme: Theme): void {
  localStorage.setItem(STORED_AS, theme);
  applyTheme();
}
