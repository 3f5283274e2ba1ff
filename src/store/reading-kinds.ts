// What is read: matches, evidence, something handed out, warnings, or all that is held about one address.

export const READING_KINDS = ['matches', 'victims', 'export', 'warnings', 'subject'] as const;
export type ReadingKind = (typeof READING_KINDS)[number];
