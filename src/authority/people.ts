// Whether two names mean one person.

/** Equal for names that differ only in case, spacing or form of characters: two spellings are no two people (L8). */
export function samePersonKey(name: string): string {
  return name.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();
}
