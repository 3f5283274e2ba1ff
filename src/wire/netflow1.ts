// NetFlow v1: header of 16 octets without sequence number, records of 48.
import { fixedFormat, PADDING } from './fixed-format.ts';

export const NETFLOW1 = fixedFormat(1, 16, { sequenceOffset: -1, engineOffset: -1, samplingOffset: -1 }, [
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
  [PADDING, 2],
  [4, 1],
  [5, 1],
  [6, 1],
  [PADDING, 7],
]);
