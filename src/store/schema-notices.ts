// The tables of what operators are told. Each entry is one migration, in order; a released one is never edited.

const FOUNDATION = `
CREATE INDEX eventsOfKeys ON events (object) WHERE action = 'key.create';
`;

export const NOTICE_MIGRATIONS: readonly string[] = [FOUNDATION];
