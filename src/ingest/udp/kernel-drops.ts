// Datagrams that the kernel dropped because a socket's receive buffer was full: column `drops` of /proc/net/udp and udp6
// (Linux), a 32-bit count since the socket was made. Sockets are told apart by inode: others may share address and port.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const TABLES = ['/proc/self/net/udp', '/proc/self/net/udp6'] as const;
const DESCRIPTORS = '/proc/self/fd';
/** Columns of a line: sl, local, remote, st, queues, tr:when, retransmits, uid, timeout, inode, ref, pointer, drops. */
const LOCAL = 1;
const INODE = 9;
const DROPS = 12;

interface Row {
  readonly port: number;
  readonly inode: string;
  readonly drops: number;
}

export class KernelDrops {
  /** The drops that were told already, by inode. */
  private readonly told: Map<string, number>;

  private constructor(inodes: readonly string[]) {
    this.told = new Map(inodes.map((inode) => [inode, 0]));
  }

  /** Of this process's UDP sockets on a port, which must be open; null where the system does not tell. */
  static ofPort(port: number): KernelDrops | null {
    const rows = readRows();
    if (!rows) return null;
    const own = ownInodes();
    const inodes = rows.filter((row) => row.port === port && own.has(row.inode)).map(({ inode }) => inode);
    return inodes.length > 0 ? new KernelDrops(inodes) : null;
  }

  /** How many more there are than at the last call. */
  take(): number {
    let more = 0;
    for (const { inode, drops } of readRows() ?? []) {
      const before = this.told.get(inode);
      if (before === undefined) continue;
      more += (drops - before) >>> 0;
      this.told.set(inode, drops);
    }
    return more;
  }
}

function readRows(): Row[] | null {
  try {
    return TABLES.flatMap((table) => parseTable(readTable(table)));
  } catch {
    return null;
  }
}

/** udp6 is missing where IPv6 is switched off. */
function readTable(table: string): string {
  try {
    return readFileSync(table, 'latin1');
  } catch (error) {
    if (table === TABLES[0]) throw error;
    return '';
  }
}

export function parseTable(text: string): Row[] {
  return text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns.length > DROPS)
    .map((columns) => ({
      port: Number.parseInt((columns[LOCAL] as string).split(':')[1] ?? '', 16),
      inode: columns[INODE] as string,
      drops: Number(columns[DROPS]),
    }));
}

function ownInodes(): Set<string> {
  const inodes = new Set<string>();
  for (const descriptor of readdirSync(DESCRIPTORS)) {
    try {
      const found = /^socket:\[(\d+)\]$/.exec(readlinkSync(`${DESCRIPTORS}/${descriptor}`));
      if (found) inodes.add(found[1] as string);
    } catch {
      // Closed meanwhile: the folder's own descriptor always is.
    }
  }
  return inodes;
}
