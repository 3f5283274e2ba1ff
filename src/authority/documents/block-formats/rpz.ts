// A response policy zone: names that resolve to a listed address do not exist. It sees no traffic, so an entry that is limited to a
// protocol or port cannot be said in it: it would block more.
import type { BlockEntry } from '../block-entries.ts';
import type { BlockFormat } from '../block-list.ts';

/** Seconds; a revoked address is free again that soon. */
const TTL_SECONDS = 60;

export const RPZ: BlockFormat = {
  comment: ';',
  refusal: ({ protocol, port }) =>
    protocol === null && port === null ? null : 'limited to a protocol or port, which a zone cannot say',
  write(entries, head, out) {
    const serial = Math.floor(head.asKnownAtMs / 1000) % 2 ** 32;
    out.text(`$TTL ${TTL_SECONDS}\n`);
    out.text(`@ IN SOA localhost. root.localhost. ( ${serial} 300 60 86400 ${TTL_SECONDS} )\n`);
    out.text('@ IN NS localhost.\n');
    for (const entry of entries) out.text(`${trigger(entry)} IN CNAME .\n`);
  },
};

/** `24.0.113.0.203.rpz-ip`; in IPv6 the longest run of zeros is `zz`. */
function trigger({ address, family, first }: BlockEntry): string {
  const [network, length = family === 4 ? '32' : '128'] = address.split('/') as [string, string?];
  const labels = family === 4 ? network.split('.').reverse() : labelsOf(first);
  return [length, ...labels, 'rpz-ip'].join('.');
}

function labelsOf(words: readonly number[]): readonly string[] {
  const groups = words.flatMap((word) => [word >>> 16, word & 0xffff]);
  const run = longestZeros(groups);
  const labels = groups.map((group) => group.toString(16));
  if (run.length > 1) labels.splice(run.at, run.length, 'zz');
  return labels.reverse();
}

function longestZeros(groups: readonly number[]): { readonly at: number; readonly length: number } {
  let best = { at: 0, length: 0 };
  for (let at = 0; at < groups.length; at++) {
    let length = 0;
    while (groups[at + length] === 0) length += 1;
    if (length > best.length) best = { at, length };
  }
  return best;
}
