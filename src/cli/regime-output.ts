// Runs `flowsieve config show --regime`: a regime's rules, each with its source; as JSON, the regime's file.
import { loadRegime, regimeIds } from '../authority/regime.ts';
import { regimeRules } from '../authority/regime-rules.ts';
import { FlowSieveError } from '../core/errors.ts';
import { snakeCased } from './config-output.ts';

export function shownRegime(id: string, json: boolean): string {
  const loaded = loadRegime(id);
  if (!loaded) {
    throw new FlowSieveError('NOT_FOUND', `there is no regime ${id}; there are ${regimeIds().join(', ')}`);
  }
  const { regime, digest } = loaded;
  if (json) return JSON.stringify({ flowsieve: 1, regime: snakeCased(regime) });
  const sections = regimeRules(regime).map(({ title, rules }) => [
    `${title}:`,
    ...rules.map(({ rule, text, source }) => `  ${rule.padEnd(4)} ${text} [${source}]`),
  ]);
  return [
    `${regime.id}: ${regime.name}`,
    `Source: ${regime.source}. SHA-256 of the file: ${digest}`,
    ...regime.abbreviations.map(({ short, meaning }) => `  ${short}: ${meaning}`),
    ...sections.flatMap((lines) => ['', ...lines]),
  ].join('\n');
}
