import type { Indicator } from '../indicator.ts';
import { findRegime, type Regime } from '../regime.ts';
import { type Document, eachTime, fact, headOf, Markings, type Section } from './document.ts';
import { indicatorNote } from './indicator-note.ts';
import type { KnownState } from './known-state.ts';

interface Actor {
  readonly name: string | null;
  readonly indicators: string[];
  readonly threats: Set<string>;
}

/** Names of threats that are told of one actor. */
const MOST_THREATS = 50;

export function contextNote(state: KnownState, reference: string): Document {
  const authorisation = state.records.authorisations.get(reference)!;
  const markings = new Markings();
  const actors = new Map<string | null, Actor>();
  for (const { record, indicator } of state.indicatorsOf(reference)) {
    if (record.withdrawnMs !== null) continue;
    markings.add(indicator.tlp);
    addTo(actors, indicator);
  }
  const inOrder = [...actors.values()].sort(
    (a, b) => Number(a.name === null) - Number(b.name === null) || compare(a, b),
  );
  return {
    head: headOf(
      'context-note',
      `Context note on the list of ${reference}`,
      authorisation,
      state,
      markings.highest,
    ),
    facts: [
      fact('purpose', 'Purpose', authorisation.purpose),
      fact('actors', 'Actors', inOrder.filter(({ name }) => name !== null).length),
      fact(
        'addresses',
        'Addresses',
        inOrder.reduce((sum, { indicators }) => sum + indicators.length, 0),
      ),
    ],
    sections: inOrder.map((actor) => actorSection(state, actor, findRegime(authorisation.regime))),
  };
}

function addTo(actors: Map<string | null, Actor>, { id, threat }: Indicator): void {
  let actor = actors.get(threat.actor);
  if (!actor) {
    actor = { name: threat.actor, indicators: [], threats: new Set() };
    actors.set(threat.actor, actor);
  }
  actor.indicators.push(id);
  if (actor.threats.size < MOST_THREATS) actor.threats.add(threat.name ?? threat.activity);
}

function compare(a: Actor, b: Actor): number {
  const [left, right] = [a.name ?? '', b.name ?? ''];
  return left < right ? -1 : left > right ? 1 : 0;
}

function actorSection(
  state: KnownState,
  { name, indicators, threats }: Actor,
  regime: Regime | undefined,
): Section {
  return {
    id: 'actor',
    title: name ?? 'No actor is named',
    facts: [
      fact('actor', 'Actor', name),
      fact('addresses', 'Addresses', indicators.length),
      fact('threats', 'Threats', [...threats].sort()),
    ],
    sections: eachTime(function* () {
      for (const id of indicators) {
        const listed = state.indicator(id);
        if (listed) yield indicatorNote(state, listed, regime);
      }
    }),
  };
}
