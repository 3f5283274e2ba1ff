// Runs `flowsieve warning draft`, `approve`, `acknowledge`, `retract` and `send`.
import { loadConfiguration } from '../config/configuration.ts';
import { attributionSettings, draftSettings, senderOf } from '../config/victim-settings.ts';
import { FlowSieveError } from '../core/errors.ts';
import { openMailer } from '../notices/mail.ts';
import { beginReading } from '../store/consultations.ts';
import { openDatabase } from '../store/database.ts';
import { sendAgain } from '../store/warning-mails.ts';
import { recordWarningStep } from '../store/warning-steps.ts';
import { Attributor } from '../victims/attribution.ts';
import { refreshEvidence } from '../victims/refresh.ts';
import { draftWarnings, HELD_BACK, type HeldBack } from '../victims/warnings/drafting.ts';
import { retractWrong } from '../victims/warnings/retracting.ts';
import { sendWarnings } from '../victims/warnings/sending.ts';
import { EXIT, type GlobalOptions, log, print } from './command.ts';
import { currentUser } from './current-user.ts';
import type { WarningDraftOptions, WarningSendOptions, WarningStepOptions } from './warning.ts';

const HELD_BACK_WORDS: Readonly<Record<HeldBack, string>> = {
  disputed: 'the C2 server is disputed (L11)',
  warned: 'warned already',
  interval: 'the recipient was warned a short time ago: they wait for the next warning',
  tlp: 'the indicator is TLP:RED',
  protected: 'a protected profession: a named person decides (I7)',
  notAttributable: 'whose the address was cannot be told',
  noContact: 'neither entity nor operator has a mail address',
  full: 'as much as one round draws up is drafted: the next round takes up what is left',
};

export async function draft(commandLine: GlobalOptions, options: WarningDraftOptions): Promise<void> {
  const configuration = await loadConfiguration(commandLine);
  const { by = currentUser(), purpose = null, operator, indicator, authorisation } = options;
  const filter = {
    ...(operator === undefined ? {} : { operator }),
    ...(indicator === undefined ? {} : { indicator }),
    ...(authorisation === undefined ? {} : { authorisation }),
  };
  const db = openDatabase(configuration.database, { mustExist: true });
  try {
    retractWrong(db);
    refreshEvidence(db);
    const open = beginReading(db, { kind: 'warnings', filter, by, role: 'analyst', purpose });
    const reading = openDatabase(configuration.database, { readonly: true });
    try {
      const attributor = await Attributor.open(db, attributionSettings(configuration));
      const settings = {
        ...draftSettings(configuration),
        ...(options.class ? { fromClass: options.class } : {}),
      };
      const change = { by, role: 'analyst', at: Date.now() };
      const report = await draftWarnings({ db, reading, attributor }, settings, change, filter);
      open.end(report.items);
      if (commandLine.json) print(JSON.stringify(report));
      else {
        const tickets = report.tickets.join(', ');
        print(report.items === 0 ? 'nothing to warn of' : `${report.items} drafted: ${tickets}`);
        for (const why of HELD_BACK) {
          if (report.heldBack[why] > 0) print(`${report.heldBack[why]} held back: ${HELD_BACK_WORDS[why]}`);
        }
      }
    } finally {
      reading.close();
    }
  } finally {
    db.close();
  }
}

export async function step(
  kind: 'approve' | 'acknowledge' | 'retract',
  tickets: readonly string[],
  commandLine: GlobalOptions,
  { by = currentUser(), reason = undefined }: WarningStepOptions,
): Promise<void> {
  const { database } = await loadConfiguration(commandLine);
  const db = openDatabase(database, { mustExist: true });
  try {
    for (const ticket of tickets) {
      const warning = recordWarningStep(db, ticket, kind, reason ?? null, { by, role: 'analyst' });
      if (commandLine.json) print(JSON.stringify(warning));
      else print(`${ticket}: ${warning.state}`);
    }
  } finally {
    db.close();
  }
}

/** @returns the exit status */
export async function send(
  commandLine: GlobalOptions,
  { by = currentUser(), again }: WarningSendOptions,
): Promise<number> {
  const configuration = await loadConfiguration(commandLine);
  const change = { by, role: 'analyst' };
  const db = openDatabase(configuration.database, { mustExist: true });
  try {
    if (again !== undefined && sendAgain(db, again, change) === 0) {
      throw new FlowSieveError('REFUSED', `${again}: there is no mail of it that is still to be sent`);
    }
    retractWrong(db);
    const mailer = openMailer(configuration.mail);
    try {
      const report = await sendWarnings(db, mailer, senderOf(configuration), change);
      if (commandLine.json) print(JSON.stringify(report));
      else print(`${report.sent} sent`);
      if (report.failed > 0)
        log(`${report.failed} could not be sent: \`warning list\` says why; tried again later`);
      if (report.unclear > 0)
        log(`${report.unclear} may have been sent or not: look, then \`warning send --again\``);
      return report.failed + report.unclear > 0 ? EXIT.damaged : EXIT.done;
    } finally {
      mailer.close();
    }
  } finally {
    db.close();
  }
}
