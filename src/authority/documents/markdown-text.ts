// Text from feeds and people, as Markdown shows it and never as Markdown: it cannot end a table's cell, make a link, an image,
// a heading or HTML, or turn the order of what is read.

/** What CommonMark and GFM give a meaning to within a line; each may be escaped. */
const SPECIAL = /[\\`*_[\]<>|~&@#!{}$]/g;
/** What would make a link of a bare address. */
const LINKS = /:(?=\/\/)|(?<=\bwww)\./gi;
/** What begins a list, a quotation or a rule at the beginning of a line. */
const LEADING = /^(?:[-+=]|\d{1,9}[.)](?=\s|$))/;
/** What changes the direction of what follows, or cannot be seen. */
const INVISIBLE = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|(?!\n)\p{Cc}/gu;
const LINE_ENDS = /[\s\u2028\u2029]*[\n\u2028\u2029][\s\u2028\u2029]*/g;

/** What most cells hold, and nothing above means anything in. */
const PLAIN = /^(?!\d{1,9}[.)](?:\s|$))[a-z0-9](?:[a-z0-9 .,;'()/§°-]|:(?!\/\/))*(?<! )$/i;

/** On one line, to stand anywhere. */
export function guarded(text: string): string {
  if (PLAIN.test(text) && !/www\./i.test(text)) return text;
  return text
    .trim()
    .replace(LINE_ENDS, ' ')
    .replace(INVISIBLE, '\ufffd')
    .replace(SPECIAL, '\\$&')
    .replace(LINKS, '\\$&')
    .replace(LEADING, (mark) => (mark.length === 1 ? `\\${mark}` : mark.replace(/[.)]$/, '\\$&')));
}
