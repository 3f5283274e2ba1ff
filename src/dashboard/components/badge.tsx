// A state in a word; the colour only repeats it.
import { word } from '../language.ts';

export type Tone = 'good' | 'wait' | 'bad' | 'plain';

const TONES: Readonly<Record<string, Tone>> = {
  active: 'good',
  proposed: 'wait',
  waiting: 'wait',
  suspended: 'bad',
  revoked: 'plain',
  ended: 'plain',
  withdrawn: 'plain',
};

export function Badge({
  group,
  value,
  tone,
}: {
  readonly group: string;
  readonly value: string;
  readonly tone?: Tone;
}) {
  return <span class={`badge ${tone ?? TONES[value] ?? 'plain'}`}>{word(group, value)}</span>;
}
