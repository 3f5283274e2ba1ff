// The configuration file: YAML, with the line on which everything stands. An unknown key is refused, with its neighbour.
import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Document, isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import { nearest } from '../authority/refusal.ts';
import { FlowSieveError } from '../core/errors.ts';
import type { Given, Path } from './given.ts';
import { isOption, type Table } from './option.ts';
import { OPTIONS } from './options.ts';

const MAX_FILE_BYTES = 1024 * 1024;
/** Problems that are told at once. */
const MAX_PROBLEMS = 20;

/** Adds what the file gives. @throws FlowSieveError CONFIGURATION */
export function readConfigurationFile(path: string, given: Map<string, Given>): void {
  const lines = new LineCounter();
  const document = parseDocument(readText(path), { lineCounter: lines });
  const problems = document.errors.map(
    (error) => `${path}, line ${error.linePos?.[0].line ?? 1}: ${firstLine(error)}`,
  );
  if (problems.length === 0) new Reader(path, document, lines, given, problems).read();
  if (problems.length > 0) {
    throw new FlowSieveError('CONFIGURATION', problems.slice(0, MAX_PROBLEMS).join('\n'));
  }
}

function readText(path: string): string {
  try {
    const { size } = statSync(path);
    if (size > MAX_FILE_BYTES) {
      throw new FlowSieveError(
        'CONFIGURATION',
        `${path}: has ${size} bytes, a configuration at most ${MAX_FILE_BYTES}`,
      );
    }
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof FlowSieveError) throw cause;
    throw new FlowSieveError('CONFIGURATION', `${path}: cannot be read: ${(cause as Error).message}`, {
      cause,
    });
  }
}

function firstLine(error: Error): string {
  return error.message.replace(/ at line \d+[\s\S]*$/, '');
}

class Reader {
  private readonly path: string;
  private readonly document: Document;
  private readonly lines: LineCounter;
  private readonly given: Map<string, Given>;
  private readonly problems: string[];

  constructor(
    path: string,
    document: Document,
    lines: LineCounter,
    given: Map<string, Given>,
    problems: string[],
  ) {
    this.path = path;
    this.document = document;
    this.lines = lines;
    this.given = given;
    this.problems = problems;
  }

  read(): void {
    const root = this.document.contents;
    if (root !== null) this.mapping(root, OPTIONS, '');
  }

  private mapping(node: Node, table: Table, within: string): void {
    if (isScalar(node) && node.value === null) return;
    if (!isMap(node)) {
      const what = within === '' ? 'a configuration' : within.slice(0, -1);
      this.problems.push(
        `${this.place(node)}: ${what} must be a mapping with ${Object.keys(table).join(', ')}`,
      );
      return;
    }
    for (const { key: keyNode, value } of node.items) {
      const name = isScalar(keyNode) ? String(keyNode.value) : String(keyNode);
      const entry = Object.hasOwn(table, name) ? table[name] : undefined;
      if (!entry) this.unknown(keyNode as Node, within, name, table);
      else if (isOption(entry)) this.option(within + name, (value ?? keyNode) as Node, keyNode as Node);
      else if (value) this.mapping(value as Node, entry, `${within}${name}.`);
    }
  }

  private unknown(node: Node, within: string, name: string, table: Table): void {
    const meant = nearest(name, Object.keys(table));
    const hint =
      meant === null ? `known are ${Object.keys(table).join(', ')}` : `did you mean ${within}${meant}?`;
    this.problems.push(`${this.place(node)}: ${within}${name}: unknown key; ${hint}`);
  }

  private option(key: string, node: Node, keyNode: Node): void {
    let value: unknown;
    try {
      // Bounds what aliases can multiply.
      value = node === keyNode ? null : node.toJS(this.document, { maxAliasCount: 100 });
    } catch (error) {
      this.problems.push(`${this.place(node)}: ${key}: ${(error as Error).message}`);
      return;
    }
    this.given.set(key, {
      value,
      folder: dirname(this.path),
      place: (part) => this.place(part.length === 0 ? keyNode : nodeAt(node, part)),
    });
  }

  private place(node: Node): string {
    return `${this.path}, line ${this.lines.linePos(node.range?.[0] ?? 0).line}`;
  }
}

/** The deepest node on the way to a part: where the part itself is missing, that is what it is missing from. */
function nodeAt(node: Node, part: Path): Node {
  let at = node;
  for (const step of part) {
    const next: unknown = 'get' in at && typeof at.get === 'function' ? at.get(step, true) : undefined;
    if (typeof next !== 'object' || next === null) return at;
    at = next as Node;
  }
  return at;
}
