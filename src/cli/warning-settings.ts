// What the configuration says of warnings, as the engine takes it.
import type { Configuration } from '../config/configuration.ts';
import { openMailer } from '../notices/mail.ts';
import type { AttributionSettings } from '../victims/attribution.ts';
import type { DraftSettings } from '../victims/warnings/drafting.ts';
import type { Sender } from '../victims/warnings/letter.ts';
import type { WarningTaskSettings } from '../victims/warnings/task.ts';

export function warningTaskSettings(configuration: Configuration): WarningTaskSettings {
  return {
    drafting: draftSettings(configuration),
    attribution: attributionSettings(configuration),
    sender: senderOf(configuration),
    openPost: configuration.mail.host === null ? null : () => openMailer(configuration.mail),
  };
}

export function draftSettings({ warnings }: Configuration): DraftSettings {
  const { fromClass, intervalHours, repeatDays } = warnings;
  return { fromClass, intervalHours, repeatDays };
}

export function attributionSettings({ geo, natPrefixes }: Configuration): AttributionSettings {
  return { geo, natPrefixes };
}

/** `null` where it is not said who warns. */
export function senderOf({ warnings: { sender, object } }: Configuration): Sender | null {
  return sender === null || object === null ? null : { name: sender, object };
}
