// The legal bases that regimes know, each once: what may be suspended or sequestered by name (L20).
import { FlowSieveError } from '../core/errors.ts';
import { nearest } from './refusal.ts';
import { findRegime, regimeIds } from './regime.ts';

export const BASIS_KINDS = ['retention', 'access', 'task'] as const;

export interface KnownBasis {
  readonly id: string;
  readonly kind: (typeof BASIS_KINDS)[number];
  readonly name: string;
  readonly regimes: readonly string[];
  readonly source: string;
}

/** Of all regimes, those that the configuration adds among them, each once. */
export function knownBases(): readonly KnownBasis[] {
  const bases = new Map<string, KnownBasis>();
  for (const regime of regimeIds().map((id) => findRegime(id)!)) {
    for (const [kind, entries] of [
      ['retention', regime.retention],
      ['access', regime.access],
      ['task', regime.tasks],
    ] as const) {
      for (const { id, name, source } of entries) {
        bases.set(id, { id, kind, name, source, regimes: [...(bases.get(id)?.regimes ?? []), regime.id] });
      }
    }
  }
  return [...bases.values()];
}

/** @throws FlowSieveError USAGE */
export function refuseUnknownBasis(basis: string): void {
  const known = knownBases().map(({ id }) => id);
  if (known.includes(basis)) return;
  const meant = nearest(basis, known);
  const hint = meant === null ? `known are ${known.join(', ')}` : `did you mean ${meant}?`;
  throw new FlowSieveError('USAGE', `basis: ${basis}: no regime has such a basis: ${hint} (rule L20)`);
}
