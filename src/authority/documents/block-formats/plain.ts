// One entry a line: address or prefix, then the protocol and the port of the C2 side where it is limited to them.
import type { BlockFormat } from '../block-list.ts';
import { entryText } from './format.ts';

export const PLAIN: BlockFormat = {
  comment: '#',
  refusal: () => null,
  write(entries, _head, out) {
    for (const entry of entries) out.text(`${entryText(entry)}\n`);
  },
};
