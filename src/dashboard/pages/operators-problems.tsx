// What is wrong, and what to do about it: each problem once, with whom it concerns.
import type { ExporterAnswer } from '../../http/routes/exporters.ts';
import type { OperatorLine } from '../../http/routes/operators.ts';
import { Badge, type Tone } from '../components/badge.tsx';
import { type MessageKey, t } from '../language.ts';
import { useSession } from '../session.ts';

type Problem = ExporterAnswer['problems'][number] | OperatorLine['listeners'][number]['problems'][number];

/** In the order in which they press. */
const TONES: Readonly<Record<Problem, Tone>> = {
  deaf: 'bad',
  kernelDrops: 'bad',
  slabDrops: 'bad',
  notTaken: 'bad',
  noTemplate: 'bad',
  templateMissing: 'bad',
  undecodable: 'bad',
  sequenceGaps: 'wait',
  silent: 'wait',
  clockSkew: 'wait',
  refused: 'wait',
  smallBuffer: 'wait',
  dropsUnknown: 'plain',
  listenerGone: 'plain',
};
/** What whoever runs an exporter can put right; the rest is for whoever runs the daemon. */
const OF_THE_EXPORTER: readonly Problem[] = [
  'noTemplate',
  'templateMissing',
  'undecodable',
  'sequenceGaps',
  'silent',
  'clockSkew',
];
const NAMED = 5;

export function toneOf(problem: Problem): Tone {
  return TONES[problem];
}

export function ToDo({
  operators,
  exporters,
}: {
  readonly operators: readonly OperatorLine[];
  readonly exporters: readonly ExporterAnswer[];
}) {
  const { role } = useSession();
  const where = concerned(operators, exporters);
  const found = (Object.keys(TONES) as Problem[]).filter((problem) => where.has(problem));
  return (
    <section aria-labelledby="todo">
      <h2 id="todo">{t('operators.todo')}</h2>
      {found.length === 0 ? (
        <p>{t('operators.fine')}</p>
      ) : (
        <ul class="cards todo">
          {found.map((problem) => {
            const isTheirs = role !== 'operator' || OF_THE_EXPORTER.includes(problem);
            return (
              <li key={problem} class="card">
                <Badge group="operators.problem" value={problem} tone={TONES[problem]} />
                <p>{isTheirs ? t(`operators.problem.${problem}.do` as MessageKey) : t('operators.ours')}</p>
                <p class="hint">{named(where.get(problem) ?? new Set())}</p>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}

/** By problem: listeners and exporters, by name. */
function concerned(
  operators: readonly OperatorLine[],
  exporters: readonly ExporterAnswer[],
): ReadonlyMap<Problem, Set<string>> {
  const where = new Map<Problem, Set<string>>();
  const add = (problem: Problem, name: string) =>
    where.set(problem, (where.get(problem) ?? new Set<string>()).add(name));
  for (const { listeners } of operators) {
    for (const { name, problems } of listeners) for (const problem of problems) add(problem, name);
  }
  for (const { exporter, listener, operator, problems } of exporters) {
    const name = exporter === null ? listener : `${exporter} (${operator})`;
    for (const problem of problems) add(problem, name);
  }
  return where;
}

function named(names: ReadonlySet<string>): string {
  const shown = [...names].slice(0, NAMED).join(', ');
  return names.size > NAMED ? t('operators.more', { shown, count: names.size - NAMED }) : shown;
}
