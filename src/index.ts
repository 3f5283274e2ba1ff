// The library's face: the decoder, the index and the matcher, for programs that bring their own packets and lists.
export type { AddressPair, Flow, TimeSource } from './core/flow.ts';
export { Findings } from './match/findings.ts';
export { AddressIndex, buildIndex } from './match/index.ts';
export type { AuthorisedList, ListedIndicator, ListedRange, Window } from './match/list.ts';
export { Matcher } from './match/matcher.ts';
export type { Evaluation, FoundMatch, IndexHandle, ScanResult } from './match/messages.ts';
export { type DataSet, type DataSetSink, type DecodeOutcome, Decoder } from './wire/decoder.ts';
export {
  compileLayout,
  type FieldSpecifier,
  type Layout,
  type LayoutSpec,
  recordLength,
  type SetContext,
} from './wire/layout.ts';
export { decodeRecord, type SetFacts } from './wire/record.ts';
