// What sources say of a proposal, in lines.
import type { Observation } from '../authority/observation.ts';
import { type Proposal, ratedSources, settingsOf } from '../authority/proposal.ts';
import { oneLine, shortInstant } from './wording.ts';

/** One for each source and item: what it says, how it is rated, whether it has taken it back. */
export function observationLines(proposal: Proposal): string[] {
  const ratings = new Map(ratedSources(proposal).map((source) => [source.name, source]));
  return proposal.observations.map((seen) => {
    const { reliability = '-', credibility = '-' } = ratings.get(seen.source) ?? {};
    const said = [...saidBy(seen)].join(', ');
    const retracted = seen.retracted === undefined ? '' : ` TAKEN BACK: ${seen.retracted}`;
    return `${seen.source} (${reliability}${credibility})${retracted}${said === '' ? '' : `: ${said}`}`;
  });
}

function* saidBy(seen: Observation): Generator<string> {
  const { firstSeenMs, lastSeenMs, validFromMs, validUntilMs, threats, status, confidence, tlp } = seen;
  if (threats) yield threats.join('/');
  if (status !== undefined) yield status;
  if (firstSeenMs !== undefined) yield `first seen ${shortInstant(firstSeenMs)}`;
  if (lastSeenMs !== undefined) yield `last seen ${shortInstant(lastSeenMs)}`;
  if (validFromMs !== undefined) yield `valid from ${shortInstant(validFromMs)}`;
  if (validUntilMs !== undefined) yield `valid until ${shortInstant(validUntilMs)}`;
  if (confidence !== undefined) yield `confidence ${confidence}`;
  if (tlp !== undefined) yield `TLP:${tlp}`;
  if (seen.item !== undefined) yield seen.item;
}

/** What analysts have set: `country: NL`, `basis.retention: lce-126-1`. */
export function settingLines(proposal: Proposal): string[] {
  return Object.entries(settingsOf(proposal)).map(([field, text]) => `${field}: ${oneLine(text)}`);
}
