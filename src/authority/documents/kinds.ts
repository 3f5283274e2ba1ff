// The kinds of documents, each with the rule that it answers; where in the law is the regime's to say (`documents`).
import type { Rule } from '../regime.ts';

export const DOCUMENT_RULES = {
  changes: 'L12',
  'context-note': 'L13',
  'operator-request': 'L6',
  register: 'I5',
  'block-list': 'L17',
  alert: 'L16',
} as const satisfies Readonly<Record<string, Rule>>;

export type DocumentKind = keyof typeof DOCUMENT_RULES;
export const DOCUMENT_KINDS = Object.keys(DOCUMENT_RULES) as readonly DocumentKind[];

/** What a block list can be written as besides. */
export const BLOCK_FORMATS = ['plain', 'nftables', 'rpz', 'flowspec'] as const;
export const DOCUMENT_FORMATS = ['markdown', 'json', ...BLOCK_FORMATS] as const;
export type DocumentFormat = (typeof DOCUMENT_FORMATS)[number];
