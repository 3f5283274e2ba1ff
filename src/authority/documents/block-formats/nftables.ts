// A table for nft -f, which replaces the one before it at once: sets by what entries are limited to, and a chain that drops what is
// forwarded to the C2 side or comes from it.
import type { BlockEntry } from '../block-entries.ts';
import type { BlockFormat } from '../block-list.ts';
import type { TextSink } from '../document.ts';

const TABLE = 'inet flowsieve_block';
/** Transport protocols whose ports `th` reads. */
const WITH_PORTS = '{ tcp, udp, dccp, sctp, udplite }';

interface SetOf {
  readonly name: string;
  readonly family: 4 | 6;
  readonly hasProtocol: boolean;
  readonly hasPort: boolean;
}

const SETS: readonly SetOf[] = ([4, 6] as const).flatMap((family) =>
  [false, true].flatMap((hasProtocol) =>
    [false, true].map((hasPort) => ({
      name: ['c2', `ip${family}`, ...(hasProtocol ? ['protocol'] : []), ...(hasPort ? ['port'] : [])].join(
        '_',
      ),
      family,
      hasProtocol,
      hasPort,
    })),
  ),
);

export const NFTABLES: BlockFormat = {
  comment: '#',
  refusal: () => null,
  write(entries, _head, out) {
    const filled = SETS.map((set) => ({ set, held: entries.filter((entry) => belongs(entry, set)) })).filter(
      ({ held }) => held.length > 0,
    );
    out.text(`add table ${TABLE}\ndelete table ${TABLE}\n\ntable ${TABLE} {\n`);
    for (const { set, held } of filled) writeSet(set, held, out);
    out.text('  chain forward {\n    type filter hook forward priority filter; policy accept;\n');
    for (const { set } of filled) {
      out.text(`    ${ruleOf(set, 'd')}\n    ${ruleOf(set, 's')}\n`);
    }
    out.text('  }\n}\n');
  },
};

function belongs({ family, protocol, port }: BlockEntry, set: SetOf): boolean {
  return family === set.family && (protocol !== null) === set.hasProtocol && (port !== null) === set.hasPort;
}

function writeSet(set: SetOf, entries: readonly BlockEntry[], out: TextSink): void {
  const type = [
    `ipv${set.family}_addr`,
    ...(set.hasProtocol ? ['inet_proto'] : []),
    ...(set.hasPort ? ['inet_service'] : []),
  ];
  out.text(`  set ${set.name} {\n    type ${type.join(' . ')}\n    flags interval\n    elements = {\n`);
  for (const [at, { address, protocol, port }] of entries.entries()) {
    const parts = [address, ...(protocol === null ? [] : [protocol]), ...(port === null ? [] : [port])];
    out.text(`      ${parts.join(' . ')}${at === entries.length - 1 ? '' : ','}\n`);
  }
  out.text('    }\n  }\n');
}

/** @param side `d`: to the C2 side, `s`: from it */
function ruleOf({ name, family, hasProtocol, hasPort }: SetOf, side: 'd' | 's'): string {
  const key = [
    `${family === 4 ? 'ip' : 'ip6'} ${side}addr`,
    ...(hasProtocol ? ['meta l4proto'] : []),
    ...(hasPort ? [`th ${side}port`] : []),
  ];
  const guard = hasPort ? `meta l4proto ${WITH_PORTS} ` : '';
  return `${guard}${key.join(' . ')} @${name} counter drop`;
}
