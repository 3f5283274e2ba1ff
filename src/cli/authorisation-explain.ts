// `flowsieve authorisation explain`: whether a flow would match, and which rule decides it.
import type { Command } from 'commander';
import { instant } from './arguments.ts';
import { globalOptions } from './command.ts';

export interface ExplainOptions {
  readonly flow: string;
  readonly operator: string;
  readonly retentionBasis: string;
  readonly evaluatedAt?: number;
  readonly asKnownAt?: number;
}

export function registerExplain(authorisation: Command): void {
  authorisation
    .command('explain')
    .description(
      'say whether a flow would match: by each indicator that its addresses meet, and which rule decides',
    )
    .requiredOption(
      '--flow <fields>',
      'src=…,dst=…,src_port=…,dst_port=…,protocol=tcp,start=…,end=…; end is start where it is left out',
    )
    .requiredOption('--operator <id>', 'the operator that delivers it (L1)')
    .requiredOption('--retention-basis <basis>', 'the legal basis under which it was kept (L7)')
    .option('--evaluated-at <time>', 'when it is looked at (default: now)', instant)
    .option('--as-known-at <time>', 'by what was recorded until then (default: everything)', instant)
    .addHelpText(
      'after',
      `
The flow is judged as a replay would judge it; nothing is stored or recorded. Two clocks: --evaluated-at says when the
flow is looked at, --as-known-at what was known. Give both the same time to see what the daemon did then.

Examples:
  flowsieve authorisation explain --operator example-isp --retention-basis lce-126-1 \\
    --flow src=192.0.2.9,dst=203.0.113.7,dst_port=443,protocol=tcp,start=2026-06-30T09:00:00Z
  flowsieve authorisation explain --operator example-isp --retention-basis lce-126-1 --json \\
    --flow dst=203.0.113.7,start=2026-06-30 --evaluated-at 2026-07-09 --as-known-at 2026-07-09`,
    )
    .action(async (options: ExplainOptions, command: Command) => {
      const { showFlowVerdict } = await import('./authorisation-explain-run.ts');
      await showFlowVerdict(globalOptions(command), options);
    });
}
