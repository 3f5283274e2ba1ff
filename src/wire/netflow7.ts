// NetFlow v7 (Catalyst switches): header of 24 octets (flow sequence @16), records of 52: as v5, with the
// router that the switch bypassed.
import { fixedFormat, PADDING } from './fixed-format.ts';

export const NETFLOW7 = fixedFormat(7, 24, { sequenceOffset: 16, engineOffset: -1, samplingOffset: -1 }, [
  [8, 4],
  [12, 4],
  [15, 4],
  [10, 2],
  [14, 2],
  [2, 4],
  [1, 4],
  [22, 4],
  [21, 4],
  [7, 2],
  [11, 2],
  [PADDING, 1],
  [6, 1],
  [4, 1],
  [5, 1],
  [16, 2],
  [17, 2],
  [9, 1],
  [13, 1],
  [PADDING, 2],
  [PADDING, 4],
]);
