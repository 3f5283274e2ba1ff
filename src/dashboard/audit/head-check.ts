// Whether the newest tree head is signed, and grew out of the one that this browser saw last: a few kilobytes.
import { verifyConsistency } from '../../audit/proofs.ts';
import { parseTreeHead, type SignedTreeHead, type TreeHeadJson } from '../../audit/tree-head.ts';
import { bytesOfHex } from '../../core/bytes.ts';
import type { AuditHeadsAnswer, AuditKeysAnswer, ConsistencyAnswer } from '../../http/routes/audit.ts';
import { ApiProblem, ask } from '../api.ts';
import type { Finding } from './findings.ts';
import { signatureFindings } from './log-checker.ts';
import { HeadKeys, hashedHere, type SignatureCheck } from './web-crypto.ts';

/** What this browser saw last, found sound. */
export interface SeenHead {
  readonly treeSize: number;
  readonly rootHash: string;
  readonly keyId: string;
  readonly seenAtMs: number;
}

export interface HeadCheck {
  /** `null` = none was signed yet. */
  readonly head: TreeHeadJson | null;
  /** In the log, under a head or not. */
  readonly events: number;
  readonly signature: SignatureCheck | null;
  /** The one that it was held against; `null` = the first time. */
  readonly seen: SeenHead | null;
  readonly findings: readonly Finding[];
}

const SEEN = 'flowsieve-tree-head';

export function seenHead(): SeenHead | null {
  try {
    return JSON.parse(localStorage.getItem(SEEN) ?? 'null') as SeenHead | null;
  } catch {
    return null;
  }
}

export function forgetHead(): void {
  localStorage.removeItem(SEEN);
}

/** Those of the log itself, unless others are given, which proves more. @throws ApiProblem, Error where a key is none */
export async function headKeys(given: string | null): Promise<HeadKeys> {
  if (given !== null) return HeadKeys.of([given]);
  const { items } = await ask<AuditKeysAnswer>('/api/audit/key');
  return HeadKeys.of(items.map(({ publicKeyPem }) => publicKeyPem));
}

/** Remembers the head where it is sound. @throws ApiProblem */
export async function checkHead(keys: HeadKeys): Promise<HeadCheck> {
  const { items, events } = await ask<AuditHeadsAnswer>('/api/audit/heads?limit=1');
  const head = parseTreeHead(items[0]);
  const seen = seenHead();
  if (!items[0] || !head) {
    const findings: Finding[] = seen ? [{ kind: 'shrunk', before: seen.treeSize, now: 0 }] : [];
    return { head: null, events, signature: null, seen, findings };
  }
  const signature = await keys.check(head);
  const findings = [...signatureFindings(head, signature), ...(seen ? await growthFindings(seen, head) : [])];
  if (findings.length === 0) {
    const { treeSize, rootHash, keyId } = items[0];
    const now: SeenHead = { treeSize, rootHash, keyId, seenAtMs: Date.now() };
    localStorage.setItem(SEEN, JSON.stringify(now));
  }
  return { head: items[0], events, signature, seen, findings };
}

async function growthFindings(seen: SeenHead, head: SignedTreeHead): Promise<Finding[]> {
  const [before, now] = [seen.treeSize, head.treeSize];
  if (now < before) return [{ kind: 'shrunk', before, now }];
  try {
    const { proof } =
      now === before
        ? { proof: [] }
        : await ask<ConsistencyAnswer>(`/api/audit/consistency?from=${before}&to=${now}`);
    const holds = await hashedHere(
      verifyConsistency({
        earlier: before,
        size: now,
        // What this browser has seen, whatever the server says that it was.
        earlierRoot: bytesOfHex(seen.rootHash),
        root: head.rootHash,
        proof: proof.map(bytesOfHex),
      }),
    );
    return holds ? [] : [{ kind: 'rewritten', before, now }];
  } catch (error) {
    // The server has no proof: its tree is not whole.
    if (error instanceof ApiProblem && error.status >= 400 && error.status !== 401) {
      return [{ kind: 'rewritten', before, now }];
    }
    throw error;
  }
}
