// One text for one value, whatever order its keys were set in: what digests and signatures are made of.

/**
 * RFC 8785: the keys of every object sorted by code unit, and no spaces. Of plain data: JavaScript writes numbers and
 * strings as § 3.2.2 asks. Written out, since an object with keys such as "10" and "9" does not keep the order given.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  const members = value as Readonly<Record<string, unknown>>;
  let text = '';
  for (const key of Object.keys(members).sort()) {
    const member = members[key];
    if (member !== undefined) text += `${text && ','}${JSON.stringify(key)}:${canonicalJson(member)}`;
  }
  return `{${text}}`;
}
