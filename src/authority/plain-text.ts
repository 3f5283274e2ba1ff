// What people may write into records: bounded, and nothing that could move a terminal's cursor or turn its text around.

/** Characters of a line (a name, a title), and of prose (a reason, a description). */
export const LONGEST_LINE = 200;
export const LONGEST_TEXT = 10_000;

export const CONTROL = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
/** Line ends are for prose. */
export const CONTROL_BUT_LINE_END = /(?!\n)[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** What is wrong with a line; `null` = nothing. */
export function lineProblem(value: string): string | null {
  return problem(value, LONGEST_LINE, CONTROL);
}

/** What is wrong with prose; `null` = nothing. */
export function proseProblem(value: string): string | null {
  return problem(value, LONGEST_TEXT, CONTROL_BUT_LINE_END);
}

function problem(value: string, longest: number, control: RegExp): string | null {
  if (value.trim() === '') return 'must not be empty';
  if (value.length > longest) return `is too long: ${longest} characters at most`;
  return control.test(value) ? 'holds control characters' : null;
}
