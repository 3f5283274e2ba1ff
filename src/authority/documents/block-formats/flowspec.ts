// BGP flow specifications (RFC 8955, 8956), as ExaBGP's configuration has them: two routes for each entry, to the C2 side and from it.
import type { BlockEntry } from '../block-entries.ts';
import type { BlockFormat } from '../block-list.ts';
import { prefixText } from './format.ts';

export const FLOWSPEC: BlockFormat = {
  comment: '#',
  refusal: () => null,
  write(entries, _head, out) {
    out.text('flow {\n');
    for (const entry of entries) out.text(`${route(entry, 'destination')}${route(entry, 'source')}`);
    out.text('}\n');
  },
};

function route(entry: BlockEntry, side: 'destination' | 'source'): string {
  const { family, protocol, port } = entry;
  // IPv6 prefixes have an offset (RFC 8956 § 3.1).
  const prefix = family === 4 ? prefixText(entry) : `${prefixText(entry)}/0`;
  const header = family === 4 ? 'protocol' : 'next-header';
  const match = [
    `${side} ${prefix};`,
    ...(protocol === null ? [] : [`${header} =${protocol};`]),
    ...(port === null ? [] : [`${side}-port =${port};`]),
  ];
  return `  route { match { ${match.join(' ')} } then { discard; } }\n`;
}
