// `flowsieve backup`: a copy of the database that says how long it may be kept (L19).
import type { Command } from 'commander';
import { globalOptions } from './command.ts';

export interface BackupOptions {
  readonly by?: string;
}

export interface BackupVerifyOptions {
  readonly publicKey?: readonly string[];
}

export function register(program: Command): void {
  const backup = program
    .command('backup')
    .description('copy the database while it is in use; verify a copy, purge it (L19)');
  backup
    .command('create', { isDefault: true })
    .argument('<file>', 'where to; a manifest is put beside it, FILE.json')
    .description('copy the database of this moment into a file (the default command: backup FILE)')
    .option('--by <name>', 'who makes it (default: the user logged in); recorded')
    .addHelpText(
      'after',
      `
The manifest says by when the copy must be gone or purged: a match must not live longer in a backup than in the database.

Examples:
  flowsieve backup /backup/flowsieve-2026-07-01.db
  flowsieve backup verify /backup/flowsieve-2026-07-01.db`,
    )
    .action(async (file: string, options: BackupOptions, command: Command) => {
      const { createBackup } = await import('./backup-run.ts');
      await createBackup(file, globalOptions(command), options);
    });
  backup
    .command('verify')
    .argument('<file>', 'the copy')
    .description('check a copy against its manifest, its audit log against its signed heads, and its clock')
    .option('--public-key <file...>', 'keys that heads must be signed with, PEM')
    .action(async (file: string, options: BackupVerifyOptions, command: Command) => {
      const { verifyBackup } = await import('./backup-run.ts');
      process.exitCode = await verifyBackup(file, globalOptions(command), options);
    });
  backup
    .command('purge')
    .argument('<file>', 'the copy')
    .description(
      'erase from a copy what may be kept no longer, and renew its manifest: it may then be kept on',
    )
    .option('--by <name>', 'who does so (default: the user logged in); recorded in the copy')
    .action(async (file: string, options: BackupOptions, command: Command) => {
      const { purgeBackup } = await import('./backup-run.ts');
      process.exitCode = await purgeBackup(file, globalOptions(command), options);
    });
}
