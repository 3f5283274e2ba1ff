// Each document on a small history: as Markdown to be read, and as JSON in a form that programs can rely on.
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { alert } from '../../src/authority/documents/alert.ts';
import { blockList } from '../../src/authority/documents/block-list.ts';
import { changesReport } from '../../src/authority/documents/changes.ts';
import { contextNote } from '../../src/authority/documents/context-note.ts';
import type { Document } from '../../src/authority/documents/document.ts';
import type { DocumentKind } from '../../src/authority/documents/kinds.ts';
import type { KnownState } from '../../src/authority/documents/known-state.ts';
import { operatorRequest } from '../../src/authority/documents/operator-request.ts';
import { registerDocument } from '../../src/authority/documents/register.ts';
import { findRegime } from '../../src/authority/regime.ts';
import { asJson, type JsonSection, knownAt, ms, REFERENCE, TAKEN_IN, written } from './fixture.ts';
import { history } from './history.ts';

const NOW = '2026-07-09T00:00:00Z';
const REGISTERING = findRegime('intelligence-services')!;

const DOCUMENTS: Readonly<Record<DocumentKind, (state: KnownState) => Document>> = {
  changes: (state) =>
    changesReport(state, { reference: REFERENCE, base: { reference: REFERENCE, atMs: ms(TAKEN_IN) } }),
  'context-note': (state) => contextNote(state, REFERENCE),
  'operator-request': (state) => operatorRequest(state, { reference: REFERENCE }),
  register: (state) => registerDocument(state, { regime: REGISTERING, registers: REGISTERING.registers }),
  'block-list': (state) => blockList(state, { reference: REFERENCE }).document,
  alert: (state) => alert(state, REFERENCE).document,
};

const KINDS = Object.entries(DOCUMENTS) as [DocumentKind, (state: KnownState) => Document][];

describe.each(KINDS)('%s', (kind, make) => {
  it('reads as it should', async () => {
    const state = knownAt(await history(), NOW);
    await expect(written(make(state))).toMatchFileSnapshot(`golden/${kind}.md`);
  });

  it('keeps its form in JSON', async () => {
    const state = knownAt(await history(), NOW);
    const { facts, sections, ...head } = asJson(make(state));
    const form = { head: Object.keys(head), facts: Object.keys(facts), sections: formOf(sections) };
    await expect(stringify(form)).toMatchFileSnapshot(`golden/${kind}.form.txt`);
  });

  it('says which rule it answers, of what, as of when', async () => {
    const state = knownAt(await history(), NOW);
    const rule = {
      changes: 'L12',
      'context-note': 'L13',
      'operator-request': 'L6',
      register: 'I5',
      'block-list': 'L17',
      alert: 'L16',
    }[kind];
    expect(asJson(make(state))).toMatchObject({
      document: kind,
      rule,
      source: expect.stringMatching(/D\d|Art\. /),
      asKnownAtMs: ms(NOW),
      generation: state.records.generation,
      ...(kind === 'register'
        ? {}
        : { authorisation: { reference: REFERENCE, file: 'AUT-2026-00049', version: 2 } }),
    });
  });
});

/** Sections of one kind have one form, whichever holds rows. */
function formOf(sections: readonly JsonSection[]): Record<string, unknown> {
  const forms: Record<string, Record<string, unknown>> = {};
  for (const { id, facts, rows, sections: inner } of sections) {
    const before = forms[id] ?? {};
    forms[id] = {
      ...(facts ? { facts: Object.keys(facts) } : {}),
      ...(rows ? { rows: rows[0] ? Object.keys(rows[0]) : (before.rows ?? []) } : {}),
      ...(inner ? { sections: formOf(inner) } : {}),
    };
  }
  return forms;
}

describe('the marking in the head is the highest of what the document holds', () => {
  it.each<[string, DocumentKind, string]>([
    ['before the RED one was listed', 'context-note', '2026-07-05T07:59:59.999Z'],
    ['from when it was', 'context-note', '2026-07-05T08:00:00Z'],
    ['where only CLEAR is in it', 'alert', NOW],
    ['where it is not in force for anybody', 'block-list', '2026-07-05T07:00:00Z'],
  ])('%s', async (_, kind, at) => {
    const made = asJson(DOCUMENTS[kind](knownAt(await history(), at)));
    const expected = {
      '2026-07-05T07:59:59.999Z': 'AMBER+STRICT',
      '2026-07-05T08:00:00Z': 'RED',
      [NOW]: 'CLEAR',
    }[at];
    expect(made.tlp).toBe(expected ?? 'CLEAR');
  });
});
