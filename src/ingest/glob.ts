// Names against patterns: `*`, `?`, `[a-z]`, `[!a]` within a name, `**` for any folders. Hidden names need a written dot.

/** What stands for any number of folders, none included. */
export const ANY_FOLDERS = '**';

export function isPattern(path: string): boolean {
  return /[*?[]/.test(path);
}

/** One part of a path (between slashes) as a test for names. */
export function nameMatcher(pattern: string): (name: string) => boolean {
  const expression = new RegExp(`^${translate(pattern)}$`, 'su');
  const hidden = pattern.startsWith('.');
  return (name) => (hidden || !name.startsWith('.')) && expression.test(name);
}

function translate(pattern: string): string {
  let expression = '';
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] as string;
    if (char === '*') expression += '.*';
    else if (char === '?') expression += '.';
    else if (char === '[') {
      const close = pattern.indexOf(']', at + (/[!^]/.test(pattern[at + 1] ?? '') ? 3 : 2));
      if (close < 0) expression += literal(char);
      else {
        expression += characterClass(pattern.slice(at + 1, close));
        at = close;
      }
    } else expression += literal(char);
  }
  return expression;
}

function characterClass(content: string): string {
  const negated = /^[!^]/.test(content);
  const members = (negated ? content.slice(1) : content)
    .replace(/[\\\]^[&~|]/g, '\\$&')
    .replace(/^-|-$/g, '\\-');
  // A range that runs backwards holds nothing.
  try {
    new RegExp(`[${members}]`, 'u');
  } catch {
    return '(?!)';
  }
  return `[${negated ? '^' : ''}${members}]`;
}

function literal(char: string): string {
  return char.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
