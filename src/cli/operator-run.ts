// Runs `flowsieve operator add` and `list`.
import { isOperatorId, OPERATOR_ID_FORM } from '../authority/operator.ts';
import { checkTerm } from '../authority/terms.ts';
import { loadConfiguration } from '../config/configuration.ts';
import { FlowSieveError } from '../core/errors.ts';
import { openDatabase } from '../store/database.ts';
import { declareOperator, knownOperators } from '../store/operators.ts';
import { type GlobalOptions, print } from './command.ts';
import { currentUser } from './current-user.ts';
import type { OperatorAddOptions } from './operator.ts';
import { formatTable } from './table.ts';

export async function addOperator(
  id: string,
  commandLine: GlobalOptions,
  options: OperatorAddOptions,
): Promise<void> {
  if (!isOperatorId(id)) throw new FlowSieveError('USAGE', `${id}: ${OPERATOR_ID_FORM}`);
  const retention = Object.fromEntries((options.retention ?? []).map(parseTerm));
  const { database } = await loadConfiguration(commandLine);
  const db = openDatabase(database);
  try {
    const { operator, changed } = declareOperator(
      db,
      id,
      {
        retention,
        ...(options.name === undefined ? {} : { name: options.name }),
        ...(options.contact === undefined ? {} : { contact: options.contact }),
        ...(options.language === undefined ? {} : { language: options.language }),
      },
      { by: options.by ?? currentUser(), role: 'engineer', at: Date.now() },
    );
    if (commandLine.json) print(JSON.stringify({ ...operator, changed }));
    else print(`operator ${id}: ${changed ? `version ${operator.version}` : 'nothing changed'}`);
  } finally {
    db.close();
  }
}

/** `lce-122=P6M` */
function parseTerm(text: string): [basis: string, term: string] {
  const at = text.indexOf('=');
  const [basis, term] = [text.slice(0, Math.max(0, at)), text.slice(at + 1)];
  const problem = at < 0 ? 'write BASIS=TERM, such as lce-122=P6M' : checkTerm(basis, term);
  if (problem !== null) throw new FlowSieveError('USAGE', `--retention ${text}: ${problem}`);
  return [basis, term];
}

export async function listOperators(commandLine: GlobalOptions): Promise<void> {
  const { database } = await loadConfiguration(commandLine);
  const db = openDatabase(database, { readonly: true });
  try {
    const operators = [...knownOperators(db).values()];
    if (commandLine.json) for (const operator of operators) print(JSON.stringify(operator));
    else {
      const rows = operators.map(({ id, name, contact, language, retention }) => [
        id,
        name,
        contact,
        language,
        Object.entries(retention)
          .map(([basis, term]) => `${basis}=${term}`)
          .join(' ') || null,
      ]);
      print(formatTable(['operator', 'name', 'contact', 'language', 'keeps data'], rows));
    }
  } finally {
    db.close();
  }
}
