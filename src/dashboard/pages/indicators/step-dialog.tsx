// One step of an indicator, as it was seen. Where somebody else was first, that is said, and what it is now is loaded.
import { ApiProblem, ask } from '../../api.ts';
import { Dialog, Field } from '../../components/dialog.tsx';
import { EvidenceField } from '../../components/evidence-field.tsx';
import { t, word } from '../../language.ts';
import { type Server, serverText, utcOf } from './words.ts';

export type StepKind = 'analyse' | 'verify' | 'suspend' | 'reinstate' | 'revoke' | 'override';

/** In the order of how often each is found. */
export const OUTCOMES = {
  analyse: ['confirmed', 'refuted', 'inconclusive'],
  verify: ['active', 'inactive', 'inconclusive'],
} as const;

export interface Changing {
  readonly id: string;
  readonly server: Server;
  /** The step that was seen. */
  readonly seen: number;
  /** Loads what it is now. */
  readonly onChanged: () => void;
  readonly onClose: () => void;
}

/** @throws ApiProblem with what to do next, where somebody else was first */
export async function asSeen<T>(change: Promise<T>, onChanged: () => void): Promise<T> {
  try {
    return await change;
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.status !== 412) throw error;
    onChanged();
    throw new ApiProblem(412, `${t('indicators.conflict')} ${error.message}`);
  }
}

export function StepDialog({
  kind,
  causes,
  id,
  server,
  seen,
  onChanged,
  onClose,
}: Changing & {
  readonly kind: StepKind;
  /** override: what there is to override. */
  readonly causes: readonly string[];
}) {
  const action = t(`indicators.step.${kind}`);
  const outcomes = kind === 'analyse' || kind === 'verify' ? OUTCOMES[kind] : null;
  return (
    <Dialog
      title={`${action}: ${serverText(server)}`}
      action={action}
      onClose={onClose}
      onDone={async ({ at, trafficUntil, ...fields }) => {
        const body = { kind, ...fields, atMs: utcOf(at), trafficUntilMs: utcOf(trafficUntil) };
        const path = `/api/indicators/${encodeURIComponent(id)}/steps`;
        await asSeen(ask(path, { method: 'POST', body, ifMatch: String(seen) }), onChanged);
        onChanged();
      }}
    >
      <p>{t(`indicators.stepHint.${kind}`)}</p>
      {outcomes === null ? null : (
        <>
          <Field label={t('indicators.outcome')}>
            <select name="outcome">
              {outcomes.map((value) => (
                <option key={value} value={value}>
                  {word('indicators.outcome', value)}
                </option>
              ))}
            </select>
          </Field>
          <Field label={t('indicators.method')} hint={t('indicators.methodHint')}>
            <input name="method" required maxLength={4_000} />
          </Field>
        </>
      )}
      {kind !== 'override' ? null : (
        <Field label={t('indicators.cause')}>
          <select name="cause">
            {causes.map((cause) => (
              <option key={cause} value={cause}>
                {cause}
              </option>
            ))}
          </select>
        </Field>
      )}
      <Field label={t('indicators.reason')}>
        <textarea name="reason" rows={3} required={outcomes === null} maxLength={4_000} />
      </Field>
      {outcomes === null ? null : <EvidenceField />}
      {kind !== 'revoke' ? null : (
        <Field label={t('indicators.trafficUntil')} hint={t('indicators.trafficUntilHint')}>
          <input type="datetime-local" name="trafficUntil" step="1" />
        </Field>
      )}
      <Field label={t('indicators.at')} hint={t('indicators.atHint')}>
        <input type="datetime-local" name="at" step="1" />
      </Field>
    </Dialog>
  );
}
