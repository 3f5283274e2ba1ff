// What is told about a flow, against what the matcher does with it.
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { compileList } from '../../src/authority/compile.ts';
import { IN_FORCE_DEFAULTS } from '../../src/authority/conditions.ts';
import { type AskedFlow, flowVerdicts, nearestVerdict } from '../../src/authority/flow-verdict.ts';
import { checkStep, completeStep } from '../../src/authority/lifecycle.ts';
import { reasonText } from '../../src/authority/reasons.ts';
import type { AuthorityRecords } from '../../src/authority/records.ts';
import type { IndicatorStep, NewStep } from '../../src/authority/steps.ts';
import { formatIpv4, formatIpv6 } from '../../src/core/address.ts';
import { DISCARD_REASONS } from '../../src/core/counters.ts';
import { parsePrefix } from '../../src/core/prefix.ts';
import { Findings, tallyOf } from '../../src/match/findings.ts';
import { AddressIndex, buildIndex } from '../../src/match/index.ts';
import { Matcher } from '../../src/match/matcher.ts';
import type { Evaluation } from '../../src/match/messages.ts';
import { flowOf } from '../match/flows.ts';
import { changed, DAY_MS, ENTRY, type Fields, HEADER, ms, recordsOf, verification } from './fixture.ts';

const EVALUATION: Evaluation = {
  operator: 'example-isp',
  retentionBasis: 'lce-126-1',
  atMs: ms('2026-06-30T00:00:00Z'),
  straddling: 'contained',
};

function words(address: string | null): readonly number[] | null {
  if (address === null) return null;
  const parsed = parsePrefix(address);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed.value.first;
}

const FLOW: AskedFlow = {
  src: words('192.0.2.50'),
  dst: words('203.0.113.7'),
  srcPort: 50_000,
  dstPort: 443,
  protocol: 6,
  startMs: ms('2026-06-20T10:00:00Z'),
  endMs: ms('2026-06-20T10:01:00Z'),
};

function told(records: AuthorityRecords, flow: AskedFlow, evaluation: Evaluation) {
  const verdicts = flowVerdicts(flow, records, evaluation, IN_FORCE_DEFAULTS);
  const matched = verdicts.filter(({ verdict }) => verdict === 'matched').map(({ id }) => id);
  return { verdict: nearestVerdict(verdicts), matched: [...new Set(matched)].sort() };
}

function text(address: AskedFlow['src']): string | null {
  if (address === null) return null;
  const [a = 0, b = 0, c = 0, d = 0] = address;
  return address.length === 1 ? formatIpv4(a) : formatIpv6(a, b, c, d);
}

function done(records: AuthorityRecords, flow: AskedFlow, evaluation: Evaluation) {
  const list = compileList(records, 1, IN_FORCE_DEFAULTS);
  const findings = new Findings();
  const asFlow = flowOf({ ...flow, src: text(flow.src), dst: text(flow.dst) });
  new Matcher(AddressIndex.open(buildIndex(list)), evaluation).judge([asFlow], 0, findings);
  const { tallies, matches } = findings.toResult(1);
  const verdict = (['matched', ...DISCARD_REASONS] as const).find(
    (column) => tallyOf(tallies[0] as readonly number[], column) > 0,
  );
  return { verdict, matched: matches.map(({ indicator }) => list.indicators[indicator]?.id).sort() };
}

async function verdictOn(
  flow: Partial<AskedFlow>,
  evaluation: Partial<Evaluation> = {},
  entry: Fields = ENTRY,
) {
  const records = await recordsOf(HEADER, [entry]);
  const [asked, under] = [
    { ...FLOW, ...flow },
    { ...EVALUATION, ...evaluation },
  ];
  const [verdict] = flowVerdicts(asked, records, under, IN_FORCE_DEFAULTS);
  expect(told(records, asked, under)).toEqual(done(records, asked, under));
  const decided = verdict?.checks.find(({ holds }) => !holds);
  return verdict
    ? {
        verdict: verdict.verdict,
        rule: decided?.rule ?? null,
        why: decided ? reasonText(decided.because) : '',
      }
    : null;
}

const FIRST_SEEN_MS = ms('2026-03-02T10:00:00Z');
const UNTIL_MS = ms('2026-06-22T00:00:00Z');
const ENDING = changed(ENTRY, { traffic_until: '2026-06-22' });

describe('a flow is told the rule that decides it', () => {
  it('matches', async () => {
    expect(await verdictOn({})).toMatchObject({ verdict: 'matched', rule: null });
  });

  it('meets nothing where no address is listed', async () => {
    expect(await verdictOn({ dst: words('203.0.113.8') })).toBeNull();
  });

  it.each<[string, Partial<AskedFlow>, Partial<Evaluation>, Fields, string | null, RegExp]>([
    ['L1: another operator', {}, { operator: 'other-isp' }, ENTRY, 'otherOperator', /names example-isp/],
    ['L7: another basis', {}, { retentionBasis: 'lce-122' }, ENTRY, 'otherBasis', /lce-126-1/],
    ['L21: another port', { dstPort: 80 }, {}, ENTRY, 'otherPort', /port 443 .* has 80/],
    ['L21: another protocol', { protocol: 17 }, {}, ENTRY, 'otherPort', /tcp; the flow has udp/],
    ['L3: at first seen', { startMs: FIRST_SEEN_MS }, {}, ENTRY, 'matched', /^$/],
    ['L3: a millisecond before', { startMs: FIRST_SEEN_MS - 1 }, {}, ENTRY, 'outsideTraffic', /first seen/],
    ['L10: a millisecond before its end', { endMs: UNTIL_MS - 1 }, {}, ENDING, 'matched', /^$/],
    ['L10: at its end', { endMs: UNTIL_MS }, {}, ENDING, 'outsideTraffic', /no longer the C2/],
    ['L9: a millisecond before due', {}, { atMs: ms('2026-07-02') - 1 }, ENTRY, 'matched', /^$/],
    ['L9: at due', {}, { atMs: ms('2026-07-02') }, ENTRY, 'notInForce', /verification due/],
  ])('%s', async (name, flow, evaluation, entry, verdict, why) => {
    const found = await verdictOn(flow, evaluation, entry);
    expect(found?.verdict).toBe(verdict);
    expect(found?.why).toMatch(why);
    if (verdict !== 'matched') expect(found?.rule).toBe(name.split(':')[0]);
  });
});

const pick = <T>(...values: readonly T[]) => fc.constantFrom(...values);
/** The decision is of 25 June: most flows are of the days before, most evaluations of the days after. */
const dayOf = (min: number, max: number) =>
  fc.integer({ min, max }).map((days) => ms('2026-06-25T00:00:00Z') + days * DAY_MS);
const aDay = dayOf(-7, 15);

const anEntry = fc
  .record({
    address: pick('203.0.113.7', '203.0.113.0/24', '203.0.113.0/29', '192.0.2.50', '2001:db8:c2::/48'),
    port: pick<number | undefined>(443, 443, 80, undefined),
    protocol: pick<string | undefined>('tcp', undefined),
    first_seen: dayOf(-30, 2).map((at) => new Date(at).toISOString()),
    retention: pick('lce-126-1', 'lce-126-1', 'lce-122'),
    until: fc.option(fc.integer({ min: 1, max: 30 })),
    verified: fc.array(dayOf(-2, 8), { maxLength: 3 }),
  })
  .map(({ retention, until, verified, port, protocol, ...fields }) =>
    changed(ENTRY, {
      ...fields,
      port: protocol === undefined ? undefined : port,
      protocol,
      'basis.retention': retention,
      ...(until === null
        ? {}
        : { traffic_until: new Date(Date.parse(fields.first_seen) + until * DAY_MS).toISOString() }),
      verifications: verified.map((at) => verification(new Date(at).toISOString())),
    }),
  );

const anAddress = pick(
  '203.0.113.7',
  '203.0.113.7',
  '203.0.113.9',
  '192.0.2.50',
  '2001:db8:c2::7',
  '198.51.100.1',
  null,
).map(words);

const aFlow = fc
  .record({
    src: anAddress,
    dst: anAddress,
    srcPort: pick<number | null>(443, 50_000, null),
    dstPort: pick<number | null>(443, 443, 80, null),
    protocol: pick<number | null>(6, 6, 6, 17, null),
    startMs: dayOf(-20, 5),
    length: pick(0, 1, DAY_MS, 3 * DAY_MS),
  })
  .map(({ length, ...flow }) => ({ ...flow, endMs: flow.startMs + length }));

const anEvaluation = fc.record({
  operator: pick('example-isp', 'declared-isp', 'declared-isp', 'declared-isp', 'other-isp'),
  retentionBasis: pick('lce-126-1', 'lce-126-1', 'lce-122'),
  atMs: dayOf(-1, 15),
  straddling: pick('contained' as const, 'overlapping' as const),
});

/** What happens to the indicators, their authorisation and their basis; of `which` the remainder counts. */
const aStep = fc.record({
  which: fc.nat(),
  kind: pick('suspend' as const, 'reinstate' as const, 'revoke' as const, 'verify' as const, 'hit' as const),
  atMs: aDay,
  trafficUntilMs: fc.option(aDay),
});
const aBasisStep = fc.record({
  basis: pick('lce-126-1', 'lce-122', 'nis2-21-2-2'),
  fromMs: aDay,
  untilMs: fc.option(aDay),
});

function withSteps(
  records: AuthorityRecords,
  asked: readonly (typeof aStep extends fc.Arbitrary<infer T> ? T : never)[],
): AuthorityRecords['steps'] {
  const steps = new Map<string, IndicatorStep[]>();
  for (const { which, kind, atMs, trafficUntilMs } of asked.toSorted((a, b) => a.atMs - b.atMs)) {
    const record = records.indicators[which % records.indicators.length];
    if (!record) continue;
    const before = steps.get(record.id) ?? [];
    const step: NewStep = {
      kind,
      atMs,
      reason: 'a reason',
      ...(kind === 'verify' ? { outcome: 'active', method: 'handshake' } : {}),
      ...(kind === 'hit' ? { outcome: 'hard', cause: 'warninglist:a' } : {}),
      ...(kind === 'revoke' && trafficUntilMs !== null && trafficUntilMs <= atMs ? { trafficUntilMs } : {}),
    };
    const complete = completeStep(record.id, step, before, {
      by: 'a.analyst',
      role: 'analyst',
      recordedAtMs: atMs,
    });
    if (checkStep(before, complete) === null)
      steps.set(record.id, [...before, { ...complete, step: before.length + 1 }]);
  }
  return steps;
}

test.prop(
  [
    fc.array(anEntry, { minLength: 1, maxLength: 4 }),
    fc.array(aStep, { maxLength: 4 }),
    fc.option(aBasisStep, { freq: 4 }),
    fc.option(aDay, { freq: 4 }),
    fc.array(fc.tuple(aFlow, anEvaluation), { minLength: 8, maxLength: 8 }),
  ],
  { numRuns: 100, seed: 20261121 },
)('what is told of a flow is what the matcher does', async (entries, steps, basis, endedMs, questions) => {
  const distinct = [
    ...new Map(entries.map((entry) => [`${entry.address} ${entry.port} ${entry.protocol}`, entry])).values(),
  ];
  const header = changed(HEADER, { operators: ['example-isp', 'declared-isp'] });
  const listed = await recordsOf(header, distinct, {
    'declared-isp': { 'lce-122': 'P6M', 'lce-126-1': 'P6M' },
  });
  const reference = String(HEADER.reference);
  const by = { by: 'a.head', role: 'analyst', reason: 'a reason', evidence: null };
  const at = (ms: number) => ({ atMs: ms, recordedAtMs: ms });
  const records: AuthorityRecords = {
    ...listed,
    steps: withSteps(listed, steps),
    authorisationSteps: new Map(
      endedMs === null ? [] : [[reference, [{ reference, step: 1, kind: 'end', ...by, ...at(endedMs) }]]],
    ),
    basisSteps: new Map(
      basis === null
        ? []
        : [
            [
              basis.basis,
              [
                { basis: basis.basis, step: 1, kind: 'suspend' as const, ...by, ...at(basis.fromMs) },
                ...(basis.untilMs === null || basis.untilMs < basis.fromMs
                  ? []
                  : [
                      {
                        basis: basis.basis,
                        step: 2,
                        kind: 'reinstate' as const,
                        ...by,
                        ...at(basis.untilMs),
                      },
                    ]),
              ],
            ],
          ],
    ),
  };
  for (const [flow, evaluation] of questions)
    expect(told(records, flow, evaluation)).toEqual(done(records, flow, evaluation));
});
