// Every event of the log, hashed again in the browser and held against every signed head (docs/audit.md). It says that
// something is wrong and where; `flowsieve audit verify` tells apart what was done.
import { eventLeafHash, type LoggedEvent } from '../../audit/event-leaf.ts';
import { GrowingTree } from '../../audit/merkle.ts';
import { parseTreeHead, type SignedTreeHead } from '../../audit/tree-head.ts';
import { bytesOfHex, equalBytes, hexOf } from '../../core/bytes.ts';
import type { Finding } from './findings.ts';
import { type HeadKeys, hashedHere, type SignatureCheck } from './web-crypto.ts';

export interface LogCheck {
  readonly events: number;
  readonly heads: number;
  /** Heads whose signature and tree are right cover the events up to here. */
  readonly coveredTo: number;
  /** The first of them. */
  readonly findings: readonly Finding[];
  readonly findingCount: number;
}

type EventLine = LoggedEvent & { readonly type: 'event'; readonly leaf?: string };
type Line =
  | { readonly type: 'audit-export' }
  | EventLine
  | { readonly type: 'tree-head' }
  | { readonly type: 'end'; readonly lastSequence: number };

const MAX_FINDINGS = 20;

/** Feed it the export's lines in order; `end` gives the result. */
export class LogChecker {
  private readonly keys: HeadKeys;
  private readonly tree = new GrowingTree(() => {});
  private readonly findings: Finding[] = [];
  private findingCount = 0;
  private at = 0;
  private lastSound = 0;
  private coveredTo = 0;
  private heads = 0;
  private isEnded = false;
  /** An event is missing, and with it the tree behind. */
  private isTorn = false;
  private isChanged = false;

  constructor(keys: HeadKeys) {
    this.keys = keys;
  }

  /** Events looked at. */
  get events(): number {
    return this.at;
  }

  async lines(texts: readonly string[]): Promise<void> {
    const lines = texts.map((text) => JSON.parse(text) as Line);
    // Leaves need nothing of each other: all at once.
    const leaves = await Promise.all(
      lines.map((line) => (line.type === 'event' ? hashedHere(eventLeafHash(line)) : null)),
    );
    for (const [n, line] of lines.entries()) {
      const leaf = leaves[n];
      if (line.type === 'event' && leaf) await this.event(line, leaf);
      else if (line.type === 'end') this.isEnded = line.lastSequence === this.at;
      else {
        const head = parseTreeHead(line);
        if (head) await this.head(head);
      }
    }
  }

  end(): LogCheck {
    if (!this.isEnded) this.find({ kind: 'broken', events: this.at });
    const { at, heads, coveredTo, findings, findingCount } = this;
    return { events: at, heads, coveredTo, findings, findingCount };
  }

  private async event(line: EventLine, made: Uint8Array): Promise<void> {
    const { sequence, action, object, leaf } = line;
    if (sequence !== this.at + 1) {
      this.find({ kind: 'missing', from: this.at + 1, to: sequence - 1 });
      this.isTorn = true;
    }
    const isEdited = leaf !== undefined && leaf !== hexOf(made);
    if (isEdited) this.find({ kind: 'edited', sequence, action, object });
    this.at = sequence;
    // With the leaf that was kept, the heads still tell whether anything else was changed.
    if (!this.isTorn) await hashedHere(this.tree.append(isEdited ? bytesOfHex(leaf) : made));
  }

  private async head(head: SignedTreeHead): Promise<void> {
    this.heads++;
    const { treeSize } = head;
    const signature = await this.keys.check(head);
    const unsigned = signatureFindings(head, signature);
    for (const finding of unsigned) this.find(finding);
    if (treeSize > this.at) {
      this.find({ kind: 'cutOff', from: this.at + 1, to: treeSize });
      return;
    }
    if (this.isTorn) return;
    const isSame =
      treeSize === this.tree.size && equalBytes(await hashedHere(this.tree.root()), head.rootHash);
    if (!isSame) {
      // Every later head differs for the same reason.
      if (!this.isChanged) this.find({ kind: 'changed', from: this.lastSound + 1, to: treeSize });
      this.isChanged = true;
      return;
    }
    this.lastSound = treeSize;
    if (unsigned.length === 0) this.coveredTo = treeSize;
  }

  private find(finding: Finding): void {
    this.findingCount++;
    if (this.findings.length < MAX_FINDINGS) this.findings.push(finding);
  }
}

export function signatureFindings(head: SignedTreeHead, signature: SignatureCheck): Finding[] {
  const size = head.treeSize;
  if (signature === 'invalid') return [{ kind: 'signature', size }];
  return signature === 'unknownKey' ? [{ kind: 'unknownKey', size, key: head.keyId }] : [];
}
