// `flowsieve config`: whether the configuration is right, what is in force and where it comes from, and what there is.
import type { Command } from 'commander';
import { EXIT, globalOptions, log, print } from './command.ts';

interface ShowOptions {
  readonly regime?: string;
}

interface SchemaOptions {
  readonly markdown?: boolean;
}

interface MetricsOptions {
  readonly grafana?: boolean;
  readonly alerts?: boolean;
}

export function register(program: Command): void {
  const config = program
    .command('config')
    .description('check and show the configuration; docs/configuration.md has every option');

  config
    .command('check')
    .description('check the configuration, and show every value and where it comes from')
    .addHelpText('after', '\nExample:\n  flowsieve config check --config flowsieve.yaml')
    .action(async (_options: object, command: Command) => {
      const commandLine = globalOptions(command);
      const { settingsOf, unusableFiles } = await import('./config-output.ts');
      const { settings, configuration } = await settingsOf(commandLine);
      if (commandLine.json) for (const setting of settings) print(JSON.stringify(setting));
      else await printSettings(settings);
      const problems = await unusableFiles(configuration);
      for (const problem of problems) log(`flowsieve: ${problem}`);
      process.exitCode = problems.length > 0 ? EXIT.usage : EXIT.done;
    });

  config
    .command('show')
    .description('show the configuration in force, or the rules of a regime')
    .option(
      '--regime <name>',
      'show the rules of this regime instead, each with its source; with --json its file',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  flowsieve config show --json\n  flowsieve config show --regime nis2-csirt\n  flowsieve config show --regime nis2-csirt --json > regimes/mine.json',
    )
    .action(async ({ regime }: ShowOptions, command: Command) => {
      const commandLine = globalOptions(command);
      const { loadConfiguration } = await import('../config/configuration.ts');
      const json = commandLine.json ?? false;
      if (regime === undefined) {
        const { shownConfiguration } = await import('./config-output.ts');
        print(await shownConfiguration(commandLine, json));
      } else {
        await loadConfiguration(commandLine);
        const { shownRegime } = await import('./regime-output.ts');
        print(shownRegime(regime, json));
      }
    });

  config
    .command('schema')
    .description('print the JSON Schema of the configuration file, for editors')
    .option('--markdown', 'print docs/configuration.md instead')
    .action(async ({ markdown }: SchemaOptions, command: Command) => {
      if (markdown) {
        const { configurationReference } = await import('../config/reference.ts');
        process.stdout.write(configurationReference());
      } else {
        const commandLine = globalOptions(command);
        // With a file, its regimes' bases are among those that editors offer.
        if (commandLine.config !== undefined) {
          const { loadConfiguration } = await import('../config/configuration.ts');
          await loadConfiguration(commandLine);
        }
        const { jsonSchema } = await import('../config/schema.ts');
        print(JSON.stringify(jsonSchema(), null, 2));
      }
    });

  config
    .command('metrics')
    .description('print what GET /metrics gives (docs/metrics.md), or what monitoring makes of it')
    .option('--grafana', 'print the Grafana dashboard instead: deploy/grafana/flowsieve.json')
    .option('--alerts', 'print the alert rules for Prometheus instead: deploy/prometheus/alerts.yaml')
    .action(async ({ grafana, alerts }: MetricsOptions) => {
      if (grafana) {
        const { grafanaDashboard } = await import('../http/metrics/grafana.ts');
        process.stdout.write(grafanaDashboard());
      } else if (alerts) {
        const { alertRules } = await import('../http/metrics/alerts.ts');
        process.stdout.write(alertRules());
      } else {
        const { metricsReference } = await import('../http/metrics/reference.ts');
        process.stdout.write(metricsReference());
      }
    });
}

async function printSettings(
  settings: readonly { key: string; value: unknown; from: string }[],
): Promise<void> {
  const { formatTable } = await import('./table.ts');
  const rows = settings.map(({ key, value, from }) => [
    key,
    typeof value === 'string' ? value : JSON.stringify(value),
    from,
  ]);
  print(formatTable(['option', 'value', 'from'], rows));
}
