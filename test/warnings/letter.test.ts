import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../../src/core/languages.ts';
import { type LetterItem, writeRetraction, writeWarning } from '../../src/victims/warnings/letter.ts';
import { TEXTS } from '../../src/victims/warnings/texts.ts';

const ITEM: LetterItem = {
  victim: '192.0.2.50',
  authorisation: '002/2026',
  indicator: {
    address: '203.0.113.7',
    port: 443,
    threat: {
      name: 'Example\nRAT',
      activity: 'espionage',
      kind: null,
      relation: null,
      actor: null,
      description: null,
    },
  },
  evidence: {
    class: 'E3',
    flows: 12,
    firstMs: Date.UTC(2026, 6, 1),
    lastMs: Date.UTC(2026, 6, 2),
    hours: 5,
    victimPorts: { listed: [50_001, 50_002], count: 3, isAtLeast: false },
  },
  isCoverageComplete: false,
};
const SENDER = { name: 'CERT.example', object: 'object@cert.example' };
const warning = (kind: 'entity' | 'operator', language: (typeof LANGUAGES)[number]) => ({
  ticket: 'FS-2026-000001',
  createdAtMs: Date.UTC(2026, 6, 3),
  recipient: { kind, id: 'x', mail: 'x@x.example', language },
});

describe.each(LANGUAGES)('letters in %s', (language) => {
  const texts = TEXTS[language];

  it.each(['entity', 'operator'] as const)(
    'tell an %s what was seen, how sure, what to do, how to object',
    (kind) => {
      const { subject, text } = writeWarning(warning(kind, language), 'Example Hospital', [ITEM], SENDER);
      expect(subject).toContain('[FS-2026-000001]');
      const flat = text.replaceAll(/\s+/g, ' ');
      const steps = kind === 'entity' ? texts.doEntity : texts.doOperator;
      for (const part of [
        ...steps,
        '203.0.113.7, port 443',
        texts.certainty.E3,
        texts.incomplete,
        'object@cert.example',
        '002/2026',
        'Example RAT',
      ]) {
        expect(flat).toContain(part);
      }
      expect(flat).toContain('50001, 50002 … (3)');
      expect(flat).not.toMatch(/\{\w+\}/);
      expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(78);
    },
  );

  it('say that a warning was wrong, and why, in that language', () => {
    const { text } = writeRetraction(
      warning('entity', language),
      'X',
      ['203.0.113.7'],
      'dispute upheld',
      SENDER,
    );
    const flat = text.replaceAll(/\s+/g, ' ');
    expect(flat).toContain(texts.reasons['dispute upheld']);
    expect(flat).toContain('203.0.113.7');
    expect(flat).not.toMatch(/\{\w+\}/);
  });

  it('have the places of the English ones', () => {
    const placesOf = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
    for (const [key, english] of Object.entries(TEXTS.en)) {
      const own = texts[key as keyof typeof texts];
      if (typeof english === 'string') expect(placesOf(own as string), key).toEqual(placesOf(english));
      else expect(Object.keys(own), key).toEqual(Object.keys(english));
    }
  });
});
