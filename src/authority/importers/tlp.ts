// The Traffic Light Protocol, in both versions and every spelling that feeds use (first.org/tlp).
import { TLP } from '../indicator.ts';
import type { Tlp } from '../observation.ts';

/** Marking definitions of STIX for TLP 2.0 (OASIS, extension definition tlp-2.0). */
export const MARKING_OF_TLP: Readonly<Record<Tlp, string>> = {
  CLEAR: 'marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487',
  GREEN: 'marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb',
  AMBER: 'marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421',
  'AMBER+STRICT': 'marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003',
  RED: 'marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1',
};
/** With those of TLP 1 (STIX 2.1 § 7.2.1.4). */
const MARKINGS: Readonly<Record<string, Tlp>> = {
  ...Object.fromEntries(Object.entries(MARKING_OF_TLP).map(([tlp, id]) => [id, tlp as Tlp])),
  'marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9': 'CLEAR',
  'marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da': 'GREEN',
  'marking-definition--f88d31f6-486f-44da-b317-01333bde0b82': 'AMBER',
  'marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed': 'RED',
};

export function tlpOfMarking(id: string): Tlp | undefined {
  return MARKINGS[id];
}

/** `tlp:amber+strict`, `TLP:WHITE`, `GREEN`. */
export function tlpOfText(text: string): Tlp | undefined {
  const level = text.trim().toUpperCase().replace(/^TLP:/, '');
  return level === 'WHITE' ? 'CLEAR' : TLP.find((known) => known === level);
}

/** Of a list of tags, the strictest marking. */
export function strictestOf(markings: readonly (Tlp | undefined)[]): Tlp | undefined {
  return TLP.find((level) => markings.includes(level));
}
