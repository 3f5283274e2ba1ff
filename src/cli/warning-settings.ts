// What the configuration says of warnings, as the daemon's task takes it.
import type { Configuration } from '../config/configuration.ts';
import { attributionSettings, draftSettings, senderOf } from '../config/victim-settings.ts';
import { openMailer } from '../notices/mail.ts';
import type { WarningTaskSettings } from '../victims/warnings/task.ts';

export function warningTaskSettings(configuration: Configuration): WarningTaskSettings {
  return {
    drafting: draftSettings(configuration),
    attribution: attributionSettings(configuration),
    sender: senderOf(configuration),
    openPost: configuration.mail.host === null ? null : () => openMailer(configuration.mail),
  };
}
