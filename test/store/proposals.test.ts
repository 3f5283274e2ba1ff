// Feeds taken in as proposals, and proposals completed: nothing that a feed says is in force, nothing that it says is lost.
import { fc, test } from '@fast-check/vitest';
import { beforeEach, describe, expect, it } from 'vitest';
import { explain } from '../../src/authority/explain.ts';
import type { FeedFormat } from '../../src/authority/importers/formats.ts';
import { readFeed } from '../../src/authority/importers/read.ts';
import { parseSetting } from '../../src/authority/proposal-settings.ts';
import { statusOfDraft } from '../../src/authority/status.ts';
import type { NewStep, StepKind } from '../../src/authority/steps.ts';
import { importAuthorisation, loadRecords } from '../../src/store/authorisations.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { readEvents } from '../../src/store/events.ts';
import { findIndicator } from '../../src/store/indicator-names.ts';
import { recordStep, revocations, stepsOf } from '../../src/store/indicator-steps.ts';
import { completeProposal, type FeedImportOptions, importFeeds } from '../../src/store/proposal-changes.ts';
import type { ProposalReport } from '../../src/store/proposal-import.ts';
import { findProposal, iterateProposals, type KnownProposal } from '../../src/store/proposals.ts';
import { changed, ENTRY, type Fields, fileOf, HEADER } from '../authority/fixture.ts';
import { keep, temporaryDatabase } from './fixture.ts';

const REFERENCE = '002/2026';
const FIRST = Date.UTC(2026, 5, 26);

let db: Database;
let clock: number;

beforeEach(async () => {
  db = temporaryDatabase();
  clock = FIRST;
  await list([]);
});

async function list(entries: readonly Fields[]): Promise<void> {
  clock += 1000;
  await importAuthorisation(db, JSON.stringify(fileOf(HEADER, entries)), { by: 'a.head', at: clock });
}

interface Take extends Partial<FeedImportOptions> {
  readonly source?: string;
  readonly set?: readonly string[];
}

/** Each import is a second after the last. */
async function take(
  format: FeedFormat,
  texts: string | readonly string[],
  options: Take = {},
): Promise<ProposalReport> {
  clock += 1000;
  const { source, set = [], ...rest } = options;
  const named = { name: 'feed', ...(source === undefined ? {} : { source }) };
  const feeds = await Promise.all([texts].flat().map((text) => readFeed(Buffer.from(text), format, named)));
  const given = { digests: [], rating: {}, settings: set.map(parseSetting), reason: null, ...rest };
  return importFeeds(db, REFERENCE, feeds, given, { by: 'a.analyst', role: 'analyst', at: clock });
}

function complete(id: string, ...set: readonly string[]) {
  clock += 1000;
  const change = { by: 'a.analyst', role: 'analyst', at: clock };
  return completeProposal(db, id, set.map(parseSetting), { reason: 'checked' }, change);
}

function drafts(): KnownProposal[] {
  return [...iterateProposals(db)];
}

function only(): KnownProposal {
  const [first, ...others] = drafts();
  if (!first || others.length > 0) throw new Error(`${others.length + 1} proposals`);
  return first;
}

/** Everything that the law asks of an indicator, but for the rating of its source. */
const SAID = [
  'first_seen=2026-03-02T10:00:00Z',
  "first_seen_event=the panel's certificate was served from this address",
  'country=NL',
  'threat.activity=espionage',
  'threat.kind=serious-public-security-threat',
  'threat.relation=actor-or-means',
  'threat.description=operates ExampleRAT through this server',
  'basis.retention=lce-126-1',
  'basis.access=lce-127-1-2-2',
  'basis.task=nis2-21-2-2',
];
const RATED = { rating: { reliability: 'B', credibility: 2 } };

const ID = 'indicator--5f0c1a52-0002-4d3e-8f10-000000000001';

function bundle(...versions: readonly Fields[]): string {
  const objects = versions.map((version) => ({
    type: 'indicator',
    spec_version: '2.1',
    id: ID,
    modified: '2026-06-18T08:00:00Z',
    valid_from: '2026-03-02T10:00:00Z',
    pattern_type: 'stix',
    pattern: "[ipv4-addr:value = '203.0.113.7']",
    ...version,
  }));
  return JSON.stringify({ type: 'bundle', objects });
}

describe('a feed', () => {
  it('proposes: it makes no indicator, sets no window and dates no first seen (L2, L8)', async () => {
    const feed = 'ip,port,first_seen\n203.0.113.7,443,2026-03-02\n';
    const report = await take('csv', feed, { source: 'partner-a', set: SAID.slice(1), ...RATED });
    expect(report).toMatchObject({ taken: 1, merged: 0, unchanged: 0, refused: 0, completed: 0 });
    expect(loadRecords(db).indicators).toEqual([]);
    expect(only()).toMatchObject({
      address: '203.0.113.7',
      port: 443,
      protocol: null,
      isDraft: true,
      observations: [{ source: 'partner-a', firstSeenMs: Date.parse('2026-03-02') }],
    });
    expect(report.missing.map(({ field, rule, proposals }) => [field, rule, proposals])).toEqual([
      ['first_seen', 'L2', 1],
    ]);
  });

  it('again changes nothing', async () => {
    await take('text', '203.0.113.7\n203.0.113.8\n');
    const before = [drafts(), [...readEvents(db)]];
    expect(await take('text', '203.0.113.7\n203.0.113.8\n')).toMatchObject({
      taken: 0,
      merged: 0,
      unchanged: 2,
    });
    expect([drafts(), [...readEvents(db)]]).toEqual(before);
  });

  it('what several sources say of one address is one proposal, with all of them', async () => {
    expect(
      await take('text', ['203.0.113.7\n203.0.113.7\n', '203.0.113.7'], { source: 'partner-a' }),
    ).toMatchObject({
      taken: 1,
      merged: 2,
    });
    await take('text', '203.0.113.7', { source: 'partner-b' });
    await take('stix', bundle({}));
    expect(only().observations.map(({ source }) => source)).toEqual(['feed', 'partner-a', 'partner-b']);
    expect(only().version).toBe(3);
    const events = [...readEvents(db)].filter(({ object }) => object === only().id);
    expect(events.map(({ action, version }) => [action, version])).toEqual([
      ['indicator.propose', 1],
      ['warninglist.hit', 1],
      ['indicator.merge', 2],
      ['indicator.merge', 3],
    ]);
    expect(events[2]?.detail).toMatchObject({ sources: ['partner-b'], authorisation: REFERENCE });
  });

  it('another port or protocol is another proposal', async () => {
    await take(
      'csv',
      'ip,port,proto\n203.0.113.7,443,tcp\n203.0.113.7,443,udp\n203.0.113.7,,\n203.0.113.7,443,6\n',
    );
    expect(drafts()).toHaveLength(3);
  });

  it('of an authorisation that is not known is refused', async () => {
    const feed = await readFeed(Buffer.from('203.0.113.7'), 'text', { name: 'feed' });
    const given = { digests: [], rating: {}, settings: [], reason: null };
    expect(() => importFeeds(db, '9/2026', [feed], given, { by: 'x', role: 'analyst' })).toThrow(
      expect.objectContaining({ code: 'NOT_FOUND' }),
    );
  });

  it.each([
    [1000, 1, 0],
    [1001, 0, 1001],
  ])('of %i items of one address is taken: %i', async (items, taken, refused) => {
    const rows = Array.from({ length: items }, (_, n) => `203.0.113.7,x${n}`);
    expect(await take('csv', `ip,id\n${rows.join('\n')}\n`)).toMatchObject({ taken, refused });
  });

  it('a draft that is revoked is known as such', async () => {
    await take('text', '203.0.113.7');
    const revoke = { kind: 'revoke', reason: 'a mistake' } as const;
    recordStep(db, only().id, revoke, { by: 'a.head', role: 'analyst', at: clock });
    expect([...revocations(db).keys()]).toEqual([only().id]);
    expect(revocations(db, clock - 1).size).toBe(0);
    expect(statusOfDraft(revocations(db).get(only().id))).toMatchObject({
      state: 'revoked',
      inForce: false,
      obstacles: [{ rule: 'L10', because: { code: 'revoked', facts: { by: 'a.head' } } }],
    });
  });

  it('tried dry keeps nothing', async () => {
    const before = [...readEvents(db)];
    expect(await take('text', '203.0.113.7', { dryRun: true })).toMatchObject({ taken: 1 });
    expect([drafts(), [...readEvents(db)]]).toEqual([[], before]);
  });
});

describe('of one item', () => {
  it('the newest version counts, whichever comes first', async () => {
    const old = { confidence: 90 };
    const now = { confidence: 10, modified: '2026-06-19T08:00:00Z' };
    await take('stix', bundle(now));
    expect(await take('stix', bundle(old))).toMatchObject({ taken: 0, merged: 0, outdated: 1 });
    expect(only().observations).toMatchObject([{ confidence: 10 }]);
    expect(
      await take('stix', [bundle({ ...now, modified: '2026-06-20T08:00:00Z' }), bundle(old)]),
    ).toMatchObject({
      merged: 1,
      outdated: 1,
    });
    expect(only().version).toBe(2);
  });

  it('a newer version with another address takes the older one back', async () => {
    await take('stix', bundle({}));
    const moved = { pattern: "[ipv4-addr:value = '203.0.113.8']", modified: '2026-06-19T08:00:00Z' };
    const report = await take('stix', bundle(moved));
    expect(report).toMatchObject({ taken: 1, takenBack: [{ address: '203.0.113.7' }] });
    const [a, b] = drafts().toSorted((one, other) => (one.address < other.address ? -1 : 1));
    expect(a?.observations).toMatchObject([{ retracted: 'its source names other addresses since' }]);
    expect(b?.observations[0]?.retracted).toBeUndefined();
    // Nobody says it any more.
    expect(complete(a!.id, ...SAID).missing).toMatchObject([{ field: 'sources', rule: 'L8' }]);
    expect(await take('stix', bundle(moved))).toMatchObject({ unchanged: 1, takenBack: [] });
  });

  it('revoked is for good, in this import and in every later one', async () => {
    await take('stix', bundle({}));
    const report = await take('stix', bundle({ revoked: true, modified: '2026-06-01T08:00:00Z' }));
    expect(report).toMatchObject({ refused: 1, takenBack: [{ reason: 'revoked by its source' }] });
    expect(only().observations).toMatchObject([{ retracted: 'revoked by its source' }]);
    const again = await take('stix', bundle({ modified: '2026-07-01T08:00:00Z' }));
    expect(again).toMatchObject({ taken: 0, merged: 0, refused: 1 });
    expect(again.refusals).toMatchObject([{ item: ID, field: 'revoked', rule: 'L10' }]);
    expect(only().observations).toMatchObject([{ retracted: 'revoked by its source' }]);
  });

  it('revoked before it was ever proposed is never proposed', async () => {
    await take('stix', bundle({ revoked: true }));
    expect(await take('stix', bundle({ modified: '2026-07-01T08:00:00Z' }))).toMatchObject({
      taken: 0,
      refused: 1,
    });
    expect(drafts()).toEqual([]);
  });

  it('deleted at the source is taken back until the source has it again', async () => {
    const uuid = '5f0c1a52-0001-4d3e-8f10-000000000001';
    const attribute = (more: Fields) =>
      JSON.stringify({
        Attribute: [{ uuid, type: 'ip-dst', value: '203.0.113.7', to_ids: true, timestamp: '1', ...more }],
      });
    await take('misp', attribute({}));
    await take('misp', attribute({ deleted: true, timestamp: '2' }));
    expect(only().observations).toMatchObject([{ retracted: 'deleted by its source' }]);
    expect(await take('misp', attribute({}))).toMatchObject({ outdated: 1 });
    await take('misp', attribute({ timestamp: '3' }));
    expect(only().observations[0]?.retracted).toBeUndefined();
  });
});

describe('L10: coming back is a new indicator', () => {
  it('of one that was revoked', async () => {
    await take('text', '203.0.113.7');
    const { id } = only();
    recordStep(db, id, { kind: 'revoke', reason: 'seized' }, { by: 'a.head', role: 'analyst', at: clock });
    expect(await take('text', '203.0.113.7')).toMatchObject({ taken: 1, cameBack: 1 });
    const again = drafts().find((proposal) => proposal.id !== id);
    expect(again).toMatchObject({ address: '203.0.113.7', isDraft: true, version: 1 });
    expect(stepsOf(db, again!.id).some(({ kind }) => kind === 'revoke')).toBe(false);
    expect(await take('text', '203.0.113.7')).toMatchObject({ taken: 0, unchanged: 1, cameBack: 0 });
    expect(() => complete(id, 'country=NL')).toThrow(/state: "revoked": .*rule L10/);
  });

  it('of one that its file no longer lists', async () => {
    const entry = changed(ENTRY, { port: undefined, protocol: undefined });
    await list([entry]);
    await list([]);
    expect(await take('text', '203.0.113.7')).toMatchObject({ taken: 1, cameBack: 1 });
    expect(loadRecords(db).indicators).toMatchObject([{ withdrawnMs: FIRST + 3000 }]);
  });
});

describe('what its file lists', () => {
  it('is never changed by a feed, which is kept beside it', async () => {
    await list([ENTRY]);
    const before = loadRecords(db).indicators;
    const report = await take('csv', 'ip,port,proto\n203.0.113.7,443,tcp\n', {
      set: ['country=DE'],
      ...RATED,
    });
    expect(report).toMatchObject({ taken: 0, merged: 1, missing: [], warned: 0 });
    expect(loadRecords(db).indicators).toEqual(before);
    expect(only()).toMatchObject({ id: before[0]?.id, isDraft: false, fields: {} });
    expect(() => complete(only().id, 'country=DE')).toThrow(/origin: "file": .*rule L1/);
  });

  it('under an id of its own is found too', async () => {
    await list([changed(ENTRY, { id: ID })]);
    await take('csv', 'ip,port,proto\n203.0.113.7,443,tcp\n');
    expect(only()).toMatchObject({ id: ID, isDraft: false });
  });

  it('after it was proposed, is one indicator', async () => {
    await take('csv', 'ip,port,proto\n203.0.113.7,443,tcp\n');
    await list([ENTRY]);
    expect(only().isDraft).toBe(false);
    expect(findIndicator(db, '203.0.113.7')).toMatchObject({ id: only().id, origin: 'file' });
  });
});

describe('completing', () => {
  it('makes an indicator of a proposal in which nothing is missing, and proposed it stays', async () => {
    await take('csv', 'ip,malware\n203.0.113.7,QakBot\n', { source: 'partner-a', ...RATED });
    const { id } = only();
    const half = complete(id, ...SAID.slice(0, 5));
    expect(half).toMatchObject({ version: 2, changed: true, indicator: null });
    expect(half.missing.map(({ field, rule }) => `${field} ${rule}`)).toEqual([
      'basis.retention L4',
      'basis.access L4',
      'basis.task L4',
    ]);
    const whole = complete(id, ...SAID);
    expect(whole).toMatchObject({ version: 3, indicator: 1, missing: [] });
    const { indicators } = loadRecords(db);
    expect(indicators).toMatchObject([
      { id, scope: { authorisation: REFERENCE, origin: 'proposal' }, withdrawnMs: null },
    ]);
    expect([...readEvents(db)].slice(-2)).toMatchObject([
      { action: 'indicator.propose', object: id, version: 3 },
      {
        action: 'indicator.complete',
        object: id,
        version: 1,
        detail: { address: '203.0.113.7', reason: 'checked' },
      },
    ]);
    expect(complete(id)).toMatchObject({ version: 3, changed: false, indicator: 1 });
  });

  it('a file that does not name it leaves it listed', async () => {
    await take('text', '203.0.113.7', { set: SAID, ...RATED });
    expect(loadRecords(db).indicators).toHaveLength(1);
    await list([changed(ENTRY, { address: '198.51.100.1' })]);
    expect(loadRecords(db).indicators.every(({ withdrawnMs }) => withdrawnMs === null)).toBe(true);
  });

  it('L8: asks for the rating of each source, and takes it by its name', async () => {
    await take('text', '203.0.113.7', { source: 'partner.a', set: SAID });
    await take('text', '203.0.113.7', { source: 'partner-b', ...RATED });
    const { id } = only();
    expect(complete(id).missing.map(({ field, rule }) => [field, rule])).toEqual([
      ['sources.partner.a.reliability', 'L8'],
      ['sources.partner.a.credibility', 'L8'],
    ]);
    const rated = complete(id, 'sources.partner.a.reliability=C', 'sources.partner.a.credibility=3');
    expect(rated.indicator).toBe(1);
    expect(() => parseSetting('sources.partner.a.reliability=G')).toThrow('A to F');
    expect(() => parseSetting('sources.partner.a.credibility=7')).toThrow('1 to 6');
  });

  it.each([
    ['L6', 'country=XX', 'country: "XX"'],
    ['L4', 'basis.access=lce-127-1-2-4', 'basis.access: "lce-127-1-2-4"'],
    ['L5', 'threat.kind=serious-crime', 'threat.kind: "serious-crime"'],
    ['L3', 'basis.retention_term=P7M', 'basis.retention_term: "P7M"'],
    ['L9', 'verify_every=P8D', 'verify_every: "P8D"'],
    ['L10', 'traffic_until=2026-03-02T10:00:00Z', 'traffic_until'],
    ['L2', 'first_seen=yesterday', 'first_seen: "yesterday"'],
    ['L16', 'tlp=PURPLE', 'tlp: "PURPLE"'],
  ])(
    '%s: %s is refused, with entry, field, value and rule, and nothing of it kept',
    async (rule, set, named) => {
      await take('text', '203.0.113.7', { set: SAID });
      const { id, version } = only();
      expect(() => complete(id, 'country=BE', set)).toThrow(
        expect.objectContaining({
          code: 'REFUSED',
          message: expect.stringMatching(
            new RegExp(`^${id} \\(203.0.113.7, 002/2026\\)[^]*${named}[^]*rule ${rule}\\)`),
          ),
        }),
      );
      expect(only()).toMatchObject({ version, fields: { country: 'NL' } });
    },
  );

  it('L10: traffic_until a millisecond after first seen is taken', async () => {
    await take('text', '203.0.113.7', { set: SAID });
    expect(complete(only().id, 'traffic_until=2026-03-02T10:00:00.001Z').changed).toBe(true);
  });

  it.each([
    'address=203.0.113.8',
    'port=1',
    'id=x',
    'analyses=x',
    'sources=x',
    'threat=x',
    'countrey=NL',
    'country',
  ])('%s cannot be set', (text) =>
    expect(() => parseSetting(text)).toThrow(expect.objectContaining({ code: 'USAGE' })),
  );

  it('what is set can be taken away, but from a complete one nothing that must be there', async () => {
    await take('text', '203.0.113.7', { set: SAID, ...RATED });
    const { id } = only();
    expect(complete(id, 'threat.actor=Example Group', 'block=true')).toMatchObject({ indicator: 2 });
    expect(complete(id, 'threat.actor=').proposal.fields.threat).not.toHaveProperty('actor');
    expect(() => complete(id, 'country=')).toThrow(/country: \(absent\).*rule L6/);
  });

  it('of what nobody proposed is refused', async () => {
    await list([ENTRY]);
    expect(() => complete(findIndicator(db, '203.0.113.7').id, 'country=DE')).toThrow('there is no proposal');
  });
});

describe('settings of an import', () => {
  it('are for what nobody has set yet', async () => {
    await take('text', '203.0.113.7');
    complete(only().id, 'country=BE');
    await take('text', '203.0.113.7\n203.0.113.8', { set: ['country=NL', 'threat.activity=espionage'] });
    const fields = Object.fromEntries(drafts().map((proposal) => [proposal.address, proposal.fields]));
    expect(fields).toEqual({
      '203.0.113.7': { country: 'BE', threat: { activity: 'espionage' } },
      '203.0.113.8': { country: 'NL', threat: { activity: 'espionage' } },
    });
  });

  it('that break a rule take nothing in', async () => {
    await expect(take('text', '203.0.113.7', { set: ['country=XX'] })).rejects.toMatchObject({
      code: 'REFUSED',
      message: expect.stringContaining('rule L6'),
    });
    expect(drafts()).toEqual([]);
  });

  it('that cannot go with what is set refuse that entry only', async () => {
    await take('text', '203.0.113.7');
    complete(only().id, 'basis.access=lce-127-1-2-4');
    const report = await take('text', '203.0.113.7\n203.0.113.8', { set: ['basis.retention=lce-126-1'] });
    expect(report).toMatchObject({ taken: 1, refused: 1, refusals: [{ field: 'basis.access', rule: 'L4' }] });
  });
});

describe('L16: only who marked it may loosen a marking', () => {
  it('the strictest of all sources and of what is set counts', async () => {
    await take('csv', 'ip,tlp\n203.0.113.7,GREEN\n', { source: 'a', set: [...SAID, 'tlp=CLEAR'], ...RATED });
    await take('csv', 'ip,tlp\n203.0.113.7,AMBER\n', { source: 'b', ...RATED });
    const { id } = only();
    expect(() => complete(id, 'tlp=GREEN')).toThrow(/tlp: "GREEN": a source has marked it AMBER.*rule L16/);
    expect(complete(id, 'tlp=AMBER').indicator).not.toBeNull();
    expect(complete(id, 'tlp=RED').indicator).not.toBeNull();
  });
});

describe('L21: what concerns too many others', () => {
  it.each([
    ['203.0.113.0/24', false],
    ['203.0.112.0/23', true],
    ['2001:db8:7::/48', false],
    ['2001:db8:6::/47', true],
  ])('%s is blocked until two people override: %s', async (prefix, isWide) => {
    const report = await take('text', prefix, { set: SAID, ...RATED });
    expect(report).toMatchObject({ taken: 1, completed: 1 });
    expect(report.wide.map(({ address }) => address)).toEqual(isWide ? [prefix] : []);
    const hits = stepsOf(db, only().id).filter(({ kind, cause }) => kind === 'hit' && cause === 'prefix');
    expect(hits.map(({ outcome }) => outcome)).toEqual(isWide ? ['hard'] : []);
  });

  it.each([
    ['127.0.0.1', 'warninglist:Special-purpose IPv4 addresses'],
    ['203.0.112.0/23', 'prefix'],
  ])('%s is in force from the second override by another person on', async (address, cause) => {
    await take('text', address, { set: SAID, ...RATED });
    const { id } = only();
    const step = (by: string, kind: StepKind, more: Partial<NewStep> = {}) => {
      clock += 1000;
      recordStep(db, id, { kind, ...more }, { by, role: 'analyst', at: clock });
      return inForceFrom(id);
    };
    const method = 'protocol handshake';
    step('a.analyst', 'analyse', { outcome: 'confirmed', method });
    step('b.analyst', 'analyse', { outcome: 'confirmed', method });
    expect(step('a.analyst', 'verify', { outcome: 'active', method })).toBeNull();
    expect(step('a.head', 'override', { cause, reason: 'the whole network is theirs' })).toBeNull();
    expect(() => step(' A.Head', 'override', { cause, reason: 'again' })).toThrow(/rule L21/);
    expect(step('b.head', 'override', { cause, reason: 'checked' })).toBe(clock);
  });

  it('an address on a hard warning list is proposed, said and hit', async () => {
    const report = await take('text', '127.0.0.1');
    expect(report).toMatchObject({ taken: 1, warned: 1 });
    expect(
      report.warnings.some(({ address, severity }) => address === '127.0.0.1' && severity === 'hard'),
    ).toBe(true);
    expect(stepsOf(db, only().id)).toMatchObject([{ kind: 'hit', outcome: 'hard' }]);
  });
});

describe('history', () => {
  it('is insert-only, and known as of any instant', async () => {
    await take('text', '203.0.113.7');
    const first = clock;
    await take('text', '203.0.113.7', { source: 'partner-b', set: SAID, ...RATED });
    const { id } = only();
    expect(findProposal(db, id, first - 1)).toBeUndefined();
    expect(findProposal(db, id, first)).toMatchObject({ version: 1, isDraft: true });
    expect([...iterateProposals(db, { asKnownAtMs: clock - 1 })]).toMatchObject([{ version: 1 }]);
    expect([...iterateProposals(db, { authorisation: '9/2026' })]).toEqual([]);
    for (const table of ['proposalVersions', 'proposalItems', 'revokedItems']) {
      await take('stix', bundle({ id: ID.replace(/1$/, '2') }), {});
      await take('stix', bundle({ id: ID.replace(/1$/, '3'), revoked: true }), {});
      expect(() => db.prepare(`DELETE FROM ${table}`).run()).toThrow('insert-only');
    }
  });
});

/** From when on it is in force, by the explanation of a millisecond before and of that instant; `null` = it is not. */
function inForceFrom(id: string): number | null {
  const records = loadRecords(db);
  const record = records.indicators.find((one) => one.id === id)!;
  const options = { onOverdue: 'suspend', onAuthorised: 'warn' } as const;
  const [before, then] = [clock - 1, clock].map((atMs) => explain(record, records, atMs, options).inForce);
  expect(before).toBe(false);
  return then ? clock : null;
}

interface Line {
  readonly host: number;
  readonly port: number | null;
  readonly firstSeen: number | null;
  readonly malware: string;
}

const lines: fc.Arbitrary<Line> = fc.record({
  host: fc.integer({ min: 1, max: 4 }),
  port: fc.constantFrom(null, 443),
  firstSeen: fc.constantFrom(null, 1, 2),
  malware: fc.constantFrom('', 'QakBot', 'Emotet'),
});

function day(number: number | null): string {
  return number === null ? '' : `2026-03-0${number}`;
}

const WRITERS: Readonly<Record<string, (rows: readonly Line[]) => string>> = {
  csv: (rows) =>
    [
      'ip,port,first_seen,malware',
      ...rows.map((row) => `203.0.113.${row.host},${row.port ?? ''},${day(row.firstSeen)},${row.malware}`),
    ].join('\n'),
  feodo: (rows) =>
    JSON.stringify(
      rows.map((row) => ({
        ip_address: `203.0.113.${row.host}`,
        port: row.port,
        first_seen: day(row.firstSeen),
        malware: row.malware,
      })),
    ),
};

describe('a list', () => {
  const piece = fc.tuple(fc.constantFrom('csv', 'feodo'), fc.array(lines, { minLength: 1, maxLength: 5 }));
  test.prop([fc.array(piece, { minLength: 1, maxLength: 4 })], { seed: 20_261_121, numRuns: 10 })(
    'gives the same proposals however it is cut into files, formats, commands, and in whatever order',
    async (pieces) => {
      const read = async (database: Database, parts: typeof pieces): Promise<unknown[]> => {
        for (const [format, rows] of parts) {
          const text = WRITERS[format]!(rows);
          const feed = await readFeed(Buffer.from(text), format as FeedFormat, {
            name: 'f',
            source: 'partner-a',
          });
          expect(feed.refused).toBe(0);
          const given = { digests: [], settings: [], reason: null, ...RATED };
          importFeeds(database, REFERENCE, [feed], given, { by: 'a', role: 'analyst', at: FIRST });
        }
        return [...iterateProposals(database)].map(({ version: _v, ...said }) => said);
      };
      const other = async (): Promise<Database> => {
        const database = keep(openDatabase(':memory:'));
        await importAuthorisation(database, JSON.stringify(fileOf(HEADER, [])), { by: 'a.head', at: FIRST });
        return database;
      };
      const whole: typeof pieces = [['csv', pieces.flatMap(([, rows]) => rows)]];
      expect(await read(await other(), pieces.toReversed())).toEqual(await read(await other(), whole));
    },
  );
});
