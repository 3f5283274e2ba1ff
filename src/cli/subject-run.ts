// Runs `flowsieve subject`.
import { loadConfiguration } from '../config/configuration.ts';
import { FlowSieveError } from '../core/errors.ts';
import { beginReading } from '../store/consultations.ts';
import { openDatabase } from '../store/database.ts';
import { heldAbout, subjectAddress } from '../victims/subject.ts';
import { subjectMarkdown } from '../victims/subject-markdown.ts';
import { type GlobalOptions, print } from './command.ts';
import { currentUser } from './current-user.ts';
import type { SubjectOptions } from './subject.ts';

export async function answerSubject(commandLine: GlobalOptions, options: SubjectOptions): Promise<void> {
  const { ip, purpose, role, by = currentUser() } = options;
  const parsed = subjectAddress(ip);
  if ('problem' in parsed) throw new FlowSieveError('USAGE', `--ip ${ip}: ${parsed.problem}`);
  const address = parsed.value;
  const { database } = await loadConfiguration(commandLine);
  const db = openDatabase(database, { mustExist: true });
  try {
    const reading = beginReading(db, { by, role, purpose, kind: 'subject', filter: { address } });
    const report = heldAbout(db, address, Date.now());
    if (commandLine.json) print(JSON.stringify(report));
    else print(subjectMarkdown(report).trimEnd());
    reading.end(report.matches);
  } finally {
    db.close();
  }
}
