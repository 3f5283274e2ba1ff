// Regimes as data: those bundled hold to the schema, others are added by a file, and what does not hold is refused.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { setAddedRegimes } from '../../src/authority/added-regimes.ts';
import { bundledFolder, bundledIds } from '../../src/authority/bundled-regimes.ts';
import { describeRefusal } from '../../src/authority/refusal.ts';
import { findRegime, loadRegime, regimeIds, retentionBases } from '../../src/authority/regime.ts';
import { readRegime, readRegimeFolder } from '../../src/authority/regime-folder.ts';
import { regimeRules } from '../../src/authority/regime-rules.ts';
import { confirmationDeadline } from '../../src/authority/working-days.ts';
import { flowsieve, lines, temporaryFolder, writeJson } from '../support/cli.ts';
import { changed, DAY_MS, type Fields, fileOf, HEADER, ms, read } from './fixture.ts';

const THIRD = join(import.meta.dirname, 'third-regime.yaml');
const third = (): Fields => parse(readFileSync(THIRD, 'utf8')) as Fields;

afterEach(() => setAddedRegimes([]));

describe.each(bundledIds())('the bundled regime %s', (id) => {
  const bytes = readFileSync(join(bundledFolder(), `${id}.json`));

  it('holds to the schema that further regimes are checked with, and is read the same without it', () => {
    expect(readRegime(bytes, id)).toEqual(loadRegime(id));
  });

  it('is named as its file', () => {
    expect(findRegime(id)?.id).toBe(id);
  });

  it('says of each rule its source', () => {
    for (const { rules } of regimeRules(findRegime(id)!)) {
      for (const { rule, text, source } of rules) expect([rule, text, source].every(Boolean)).toBe(true);
    }
  });
});

describe('a folder of further regimes', () => {
  it('adds them beside those bundled, with their bases', () => {
    const folder = temporaryFolder();
    copyFileSync(THIRD, join(folder, 'isle.yaml'));
    writeFileSync(join(folder, 'README.txt'), 'not a regime');
    setAddedRegimes(readRegimeFolder(folder));
    expect(regimeIds()).toEqual(['intelligence-services', 'nis2-csirt', 'isle-cert']);
    expect(retentionBases().map(({ id }) => id)).toContain('isle-9');
    expect(loadRegime('isle-cert')?.digest).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is refused as a whole where one file is', () => {
    const folder = temporaryFolder();
    copyFileSync(THIRD, join(folder, 'a.yaml'));
    copyFileSync(THIRD, join(folder, 'b.yaml'));
    expect(() => readRegimeFolder(folder)).toThrow(
      `${folder}/b.yaml is refused:\n  regime.id: "isle-cert": is the id of a regime of ${folder}/a.yaml`,
    );
  });

  it('must be there', () => {
    expect(() => readRegimeFolder('/nowhere')).toThrow('regimes: /nowhere: cannot be read (ENOENT)');
  });
});

describe('a regime is refused, with its file, field and value', () => {
  const refusals: [changes: Fields, message: string][] = [
    [{ 'regime.id': 'nis2-csirt' }, 'regime.id: "nis2-csirt": is the id of a regime of the program'],
    [{ 'regime.id': 'Not An Id' }, 'regime.id: "Not An Id": an id is small letters'],
    [{ 'regime.colour': 'red' }, 'regime.colour: "red": there is no such field: known are id, name'],
    [{ flowsieve: 2 }, 'flowsieve: 2: must be one of 1'],
    [{ 'regime.name': undefined }, 'regime.name: (absent): is required'],
    [
      { 'regime.retention.0.sources': 'x' },
      'regime.retention[0].sources: "x": there is no such field: did you mean source?',
    ],
    [
      { 'regime.retention.0.serves': ['isle-20'] },
      'regime.retention[0].serves[0]: "isle-20": is not among access: did you mean isle-20-a?',
    ],
    [{ 'regime.retention.0.terms': [] }, 'regime.retention[0].terms: []: a statutory term is given'],
    [{ 'regime.retention.0.terms': ['P1Q'] }, 'regime.retention[0].terms[0]: "P1Q": not a duration'],
    [
      { 'regime.retention.0.id': 'lce-126-1' },
      'regime.retention[0].id: "lce-126-1": is a basis of intelligence-services with another term',
    ],
    [{ 'regime.retention.1.id': 'isle-9' }, 'regime.retention[1].id: "isle-9": the same id as retention[0]'],
    [{ 'regime.access.0.threats': ['fire'] }, 'regime.access[0].threats[0]: "fire": is not among threats'],
    [{ 'regime.access.0.tasks': ['isle-9'] }, 'regime.access[0].tasks[0]: "isle-9": is not among tasks'],
    [
      { 'regime.required_header.0.field': 'fiel' },
      'regime.required_header[0].field: "fiel": an authorisation file has no such field',
    ],
    [
      { 'regime.required_header.0.rule': 'X1' },
      'regime.required_header[0].rule: "X1": a rule is L or I and its number',
    ],
    [{ 'regime.required_header.0.field': 'renews' }, 'regime.required_header: [… 8]: must hold file'],
    [
      { 'regime.required_header.7.field': 'renews' },
      'regime.required_header: [… 8]: requires method, where there are methods',
    ],
    [{ 'regime.required_indicator': [] }, 'regime.required_indicator: []: must hold address'],
    [{ 'regime.analyses.needed': 0 }, 'regime.analyses.needed: 0: must be 1 or more'],
    [
      { 'regime.verification.longest': 'P1M' },
      'regime.verification.longest: "P1M": is reckoned in days or hours',
    ],
    [{ 'regime.widest.ipv4': 33 }, 'regime.widest.ipv4: 33: must be 32 or less'],
    [{ 'regime.urgency.rule': 'L1' }, 'regime.urgency.rule: "L1": must be one of I3'],
    [
      { 'regime.methods.0.confirmation.term': undefined },
      'regime.methods[0].confirmation.term: (absent): is required',
    ],
    [
      { 'regime.methods.0.mentions.0.when': 'often' },
      'regime.methods[0].mentions[0].when: "often": must be one of always',
    ],
    [
      { 'regime.registers.0.methods': ['dig'] },
      'regime.registers[0].methods[0]: "dig": is not among methods',
    ],
    [
      { 'regime.registers.0.columns.0.key': 'colour' },
      'regime.registers[0].columns[0].key: "colour": a column is one of reference',
    ],
    [
      { 'regime.registers.0.columns.1.key': 'mentions.x' },
      'regime.registers[0].columns[1].key: "mentions.x": no method of this regime',
    ],
    [
      { 'regime.calendar.time_zone': 'Isle/Capital' },
      'regime.calendar.time_zone: "Isle/Capital": is no time zone',
    ],
    [
      { 'regime.calendar.holidays': ['13-01'] },
      'regime.calendar.holidays[0]: "13-01": a holiday is month and day',
    ],
    [{ regime: [] }, 'regime: []: must be a mapping'],
  ];

  it.each(refusals)('%j', (changes, message) => {
    const folder = temporaryFolder();
    writeFileSync(
      join(folder, 'isle.yaml'),
      stringify(changed(third(), changes), { aliasDuplicateObjects: false }),
    );
    expect(() => readRegimeFolder(folder)).toThrow(`${folder}/isle.yaml is refused:\n  ${message}`);
  });

  it.each(['regime: {', 'a: &a [1]\nb: *a', '\u0000', Buffer.from([0xff])])(
    'what is no file of the kind: %j',
    (text) => {
      const folder = temporaryFolder();
      writeFileSync(join(folder, 'isle.yaml'), text);
      expect(() => readRegimeFolder(folder)).toThrow(/isle\.yaml(?: is|:)/);
    },
  );
});

describe('I3: working days are those of the regime', () => {
  const calendar = (regime: string) => findRegime(regime)!.calendar;
  const next = { by: 'next-working-day', source: 's.' } as const;
  const method = { ...findRegime('intelligence-services')!.methods[0]!, confirmation: next };

  it('Belgium: from Friday to the end of Monday, over Easter Monday to the end of Tuesday', () => {
    const be = calendar('intelligence-services');
    expect(confirmationDeadline(method, ms('2026-06-26T10:00:00Z'), be)).toBe(ms('2026-06-29T22:00:00Z'));
    expect(confirmationDeadline(method, ms('2026-04-03T10:00:00Z'), be)).toBe(ms('2026-04-07T22:00:00Z'));
  });

  it('the isle: no Friday, no 17 June, and its own clock', () => {
    setAddedRegimes([readRegime(readFileSync(THIRD), THIRD)]);
    const isle = calendar('isle-cert');
    expect(confirmationDeadline(method, ms('2026-06-25T10:00:00Z'), isle)).toBe(ms('2026-06-28T00:00:00Z'));
    expect(confirmationDeadline(method, ms('2026-06-16T10:00:00Z'), isle)).toBe(ms('2026-06-19T00:00:00Z'));
  });
});

describe('a third regime, from its file to a match, with the program as it is built', () => {
  const at = (daysAgo: number): string => new Date(Date.now() - daysAgo * DAY_MS).toISOString();
  const finding = (by: string, daysAgo: number, outcome: string): Fields => ({
    by,
    at: at(daysAgo),
    method: 'handshake',
    outcome,
  });
  const header = (): Fields => ({
    ...HEADER,
    reference: 'ISLE-1',
    regime: 'isle-cert',
    decided: at(3),
    ends: at(-30),
    method: 'trace',
    notified: at(3),
    approvals: [
      { by: 'magistrate one', at: at(3) },
      { by: 'magistrate two', at: at(2) },
    ],
    mentions: { reasons: 'the panel was seen' },
  });
  const entry = (changes: Fields = {}): Fields =>
    changed(
      {
        address: '203.0.113.7',
        first_seen: at(60),
        first_seen_event: 'the panel answered',
        country: 'NL',
        threat: {
          activity: 'espionage',
          kind: 'grave-threat',
          relation: 'operated',
          actor: 'an invented group',
        },
        basis: { retention: 'isle-9', access: 'isle-20-a', task: 'isle-3' },
        sources: [{ name: 'partner-a', reliability: 'B', credibility: 2 }],
        analyses: ['a', 'b', 'c'].map((by) => finding(by, 2, 'confirmed')),
        verifications: [finding('a', 0.5, 'active')],
      },
      changes,
    );

  function isle() {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'regimes'));
    copyFileSync(THIRD, join(folder, 'regimes', 'isle.yaml'));
    writeFileSync(join(folder, 'flowsieve.yaml'), 'regimes: regimes\ndatabase: isle.db\n');
    const run = (...args: string[]) => flowsieve([...args, '--config', join(folder, 'flowsieve.yaml')]);
    const take = (head: Fields, ...entries: Fields[]) => {
      const file = writeJson(folder, 'list.json', { flowsieve: 1, authorisation: head, indicators: entries });
      return run('authorisation', 'import', file);
    };
    return { folder, run, take };
  }

  it('is known to config show, with its sources, and given back as a file of the same meaning', () => {
    const { run } = isle();
    expect(run('config', 'show', '--regime', 'isle-cert').stdout).toContain(
      'L9   verified at least every P1D, more often where justified [s. 46]',
    );
    expect(JSON.parse(run('config', 'show', '--regime', 'isle-cert', '--json').stdout)).toEqual(third());
  });

  it('L20: has bases that can be suspended, and by which a flow is explained', () => {
    const { run, take } = isle();
    expect(take(header(), entry()).status).toBe(0);
    expect(run('basis', 'suspend', 'isle-9', '--reason', 'a judgment').stdout).toContain('1 indicators');
    const flow = ['--flow', 'dst=203.0.113.7,start=2026-06-01', '--operator', 'isle-net'];
    const explained = run('authorisation', 'explain', ...flow, '--retention-basis', 'isle-9', '--json');
    expect(JSON.parse(explained.stdout)).toMatchObject({ retentionBasis: 'isle-9' });
  });

  it.each<[rule: string, head: Fields, indicator: Fields, message: RegExp]>([
    [
      'L1: two signatures',
      { approvals: [{ by: 'magistrate one', at: at(3) }] },
      {},
      /approvals: .*needs the signature of 2 \(s\. 33\) \(rule L1\)/,
    ],
    ['L1: sixty days at most', { ends: at(-58) }, {}, /ends: .*lasts P60D at most .*\(s\. 31\) \(rule L1\)/],
    [
      'I1: reasons on pain of illegality',
      { mentions: {} },
      {},
      /mentions\.reasons: .*on pain of illegality: the reasons \(s\. 34\(2\)\)/,
    ],
    [
      'L4: a basis of its own',
      {},
      { 'basis.retention': 'lce-126-1' },
      /basis\.retention: "lce-126-1": must be one of isle-9, isle-10 \(rule L4\)/,
    ],
    [
      'L4: a purpose that the basis serves',
      {},
      { 'basis.access': 'isle-20-b' },
      /data kept under isle-9 may not serve it, only isle-20-a: s\. 20 \(rule L4\)/,
    ],
    [
      'L5: an actor',
      {},
      { 'threat.actor': undefined },
      /threat\.actor: \(absent\): is required: the actor is named \(s\. 42\) \(rule L5\)/,
    ],
    [
      'L5: the threat of the purpose',
      {},
      { 'threat.kind': 'nuisance' },
      /threat\.kind: .*is for grave-threat \(s\. 21\) \(rule L5\)/,
    ],
    [
      'L3: a term of its own',
      {},
      { 'basis.retention_term': 'P6M' },
      /retention_term: "P6M": must be one of P30D, P14D/,
    ],
    [
      'L9: verified each day',
      {},
      { verify_every: 'P2D' },
      /verify_every: "P2D": each address is verified at least every P1D \(s\. 46\) \(rule L9\)/,
    ],
    [
      'L21: prefixes of 22 bits',
      {},
      { address: '203.0.112.0/21' },
      /wider than \/22 .*\(s\. 47\).*\(rule L21\)/,
    ],
  ])('refuses by its rules: %s', async (_, head, indicator, message) => {
    setAddedRegimes([readRegime(readFileSync(THIRD), THIRD)]);
    const reading = read(fileOf(changed(header(), head), [entry(indicator)]));
    const told = await reading.then(
      ({ refusals }) => refusals.map(describeRefusal).join('\n'),
      (error: Error) => error.message,
    );
    expect(told).toMatch(message);
  });

  it('matches what its windows hold: three analyses, thirty days, both signatures', () => {
    const { folder, run, take } = isle();
    const two = { analyses: ['a', 'b'].map((by) => finding(by, 2, 'confirmed')) };
    const overdue = { verifications: [finding('a', 1.1, 'active')] };
    const { status, stderr } = take(
      header(),
      entry(),
      entry({ address: '203.0.112.0/22', port: 443, protocol: 'tcp' }),
      entry({ address: '198.51.100.1', ...two }),
      entry({ address: '198.51.100.2', ...overdue }),
      entry({ address: '198.51.100.3', 'basis.retention': 'isle-10' }),
    );
    expect([status, stderr]).toEqual([0, '']);
    const flow = (dst: string, daysAgo: number) =>
      `${at(daysAgo)},${at(daysAgo)},192.0.2.1,${dst},50000,443,TCP,1,60`;
    const csv = [
      'ts,te,sa,da,sp,dp,pr,ipkt,ibyt',
      ...[flow('203.0.113.7', 32.9), flow('203.0.113.7', 33.1), flow('198.51.100.1', 1)],
      ...[flow('198.51.100.2', 1), flow('198.51.100.3', 1), flow('203.0.115.9', 1)],
    ];
    const exported = join(folder, 'flows.csv');
    writeFileSync(exported, `${csv.join('\n')}\n`);
    const replay = run(
      'replay',
      exported,
      '--operator',
      'example-isp',
      '--retention-basis',
      'isle-9',
      '--json',
    );
    expect(replay.stderr).toBe('');
    const matches = lines(run('matches', '--json', '--purpose', 'test').stdout);
    expect(matches.map(({ c2 }) => c2).sort()).toEqual(['203.0.113.7', '203.0.113.7', '203.0.115.9']);
  });

  it('fails closed where its file is gone', () => {
    const { folder, run, take } = isle();
    take(header(), entry());
    writeFileSync(join(folder, 'flowsieve.yaml'), 'database: isle.db\n');
    expect(run('authorisation', 'show', 'ISLE-1').stdout).toContain('the regime isle-cert is not known');
  });

  it('a changed file is another text: the same authorisation is looked at again, and records it', () => {
    const { folder, take } = isle();
    const [head, one] = [header(), entry()];
    expect(take(head, one).stdout).toContain('version 1: indicators: 1 added');
    expect(take(head, one).stdout).toContain('version 1: nothing changed');
    writeFileSync(join(folder, 'regimes', 'isle.yaml'), `${readFileSync(THIRD, 'utf8')}\n# amended\n`);
    expect(take(head, one).stdout).toContain('version 2: indicators: 0 added');
  });
});
