// One text for one value, whatever order its keys were set in: what digests and signatures are made of.

/** JSON with the keys of every object sorted by code unit, and no spaces; as RFC 8785 for what the program writes. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
