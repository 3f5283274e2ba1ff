// JSON, a line each: what the export is, then every victim and its contacts, then an end that shows that nothing is missing.
import { coverageWords } from '../coverage.ts';
import type { ExportFormat } from './format.ts';
import { malwareOf } from './wording.ts';

const line = (value: unknown): string => `${JSON.stringify(value)}\n`;

export const json: ExportFormat = {
  describes: 'a line of JSON for each victim and each of its contacts',
  needsOrganisation: false,
  callsCompromised: false,
  open({ audience, purpose, by, atMs, tlp, organisation }) {
    let contacts = 0;
    return {
      begin: () =>
        line({
          type: 'export',
          version: 1,
          for: audience,
          purpose,
          by,
          atMs,
          tlp: `TLP:${tlp}`,
          organisation,
        }),
      *victim(handed) {
        const { victim, indicator, file, authorisedFor } = handed;
        yield line({
          type: 'victim',
          ...victim,
          malware: malwareOf(indicator),
          file,
          authorisedFor,
          purpose,
          tlp: `TLP:${handed.tlp}`,
          coverageInWords: coverageWords(victim.coverage),
        });
        for (const contact of handed.contacts()) {
          contacts++;
          yield line({ type: 'contact', victim: victim.victim, indicator: victim.indicator, ...contact });
        }
      },
      end: (victims) => line({ type: 'end', victims, contacts }),
    };
  },
};
