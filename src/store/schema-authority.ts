/** Tables of the authority: written by the owner of src/authority. Each entry is one migration, in order. */
export const AUTHORITY_MIGRATIONS: readonly string[] = [];
