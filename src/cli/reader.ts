// In what role somebody reads matches or victims: recorded, and decides whether what is sequestered is shown (I8, I9).
import { Option } from 'commander';

const ROLES = ['analyst', 'engineer', 'auditor'] as const;
export type ReaderRole = (typeof ROLES)[number];

export function readerRole(): Option {
  return new Option('--role <role>', 'as whom; an auditor also sees what is sequestered; recorded')
    .choices(ROLES)
    .default('analyst' satisfies ReaderRole);
}
