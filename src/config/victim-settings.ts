// What the configuration says of victims, as those that identify, hand out and warn them take it.
import type { Configuration } from './configuration.ts';

export function attributionSettings({ geo, natPrefixes }: Configuration) {
  return { geo, natPrefixes };
}

export function draftSettings({ warnings }: Configuration) {
  const { fromClass, intervalHours, repeatDays } = warnings;
  return { fromClass, intervalHours, repeatDays };
}

/** `null` where it is not said who warns. */
export function senderOf({ warnings: { sender, object } }: Configuration) {
  return sender === null || object === null ? null : { name: sender, object };
}

/** `null` where it is not said who hands out. */
export function organisationOf({ organisation: { name, mail } }: Configuration) {
  return name === null || mail === null ? null : { name, mail };
}
