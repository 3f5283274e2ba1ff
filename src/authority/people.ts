// Whether two names mean one person.

/** What nobody sees: zero-width spaces and joiners, soft hyphens, marks of direction. */
const UNSEEN = /\p{Default_Ignorable_Code_Point}/gu;

/** Equal for names that differ only in case, spacing, form of characters, or in what is not seen: no two people (L8). */
export function samePersonKey(name: string): string {
  return name.normalize('NFKC').replace(UNSEEN, '').trim().replace(/\s+/g, ' ').toLowerCase();
}
