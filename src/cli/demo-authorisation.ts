// The demo's authorisations: an invented decision about invented servers, to go with the captures in data/captures.
// The captures' flows took place in November 2026, so decision and traffic windows are dated there; only the weekly
// verifications are dated from now, so that the indicators are in force whenever the demo runs (L9).

/** What the demo's replay and listeners declare. */
export const DEMO_OPERATOR = 'example-isp';
export const DEMO_RETENTION_BASIS = 'lce-126-1';

const DAY_MS = 86_400_000;
const ANALYSED = ['2026-11-12T09:30:00Z', '2026-11-13T14:10:00Z'] as const;
const DECIDED = '2026-11-19';

const ON_126_1 = { retention: 'lce-126-1', access: 'lce-127-1-2-2', task: 'nis2-21-2-2' };
const ON_122 = { ...ON_126_1, retention: 'lce-122' };

interface DemoServer {
  readonly address: string;
  readonly port?: number;
  readonly protocol?: 'tcp' | 'udp';
  readonly first_seen: string;
  readonly first_seen_event: string;
  readonly traffic_until?: string;
  readonly country: string;
  readonly malware: string;
  readonly basis: typeof ON_126_1;
  /** `weekly`: last verified yesterday; `lapsed`: once, before the decision, and overdue ever since. */
  readonly verified: 'weekly' | 'lapsed';
}

const SERVERS: readonly DemoServer[] = [
  {
    address: '203.0.113.10',
    port: 443,
    protocol: 'tcp',
    first_seen: '2026-10-05T10:00:00Z',
    first_seen_event: "the panel's certificate was served from this address",
    country: 'NL',
    malware: 'ExampleRAT',
    basis: ON_126_1,
    verified: 'weekly',
  },
  {
    address: '198.51.100.77',
    first_seen: '2026-11-18T09:00:00Z',
    first_seen_event: 'a sample that was analysed resolved its configuration to this address',
    country: 'FR',
    malware: 'ExampleBot',
    basis: ON_126_1,
    verified: 'weekly',
  },
  {
    address: '2001:db8:c2:1::10',
    first_seen: '2026-09-21T00:00:00Z',
    first_seen_event: 'the same host key as on a server that was seized',
    country: 'DE',
    malware: 'ExampleRAT',
    basis: ON_126_1,
    verified: 'weekly',
  },
  {
    address: '203.0.113.128/29',
    first_seen: '2026-11-01T00:00:00Z',
    first_seen_event: 'the provider leased the range to the actor',
    traffic_until: '2026-11-18T10:30:00Z',
    country: 'NL',
    malware: 'ExampleLoader',
    basis: ON_126_1,
    verified: 'weekly',
  },
  {
    address: '198.51.100.200',
    first_seen: '2026-10-20T00:00:00Z',
    first_seen_event: 'commands to a sinkholed victim came from this address',
    country: 'LU',
    malware: 'ExampleStealer',
    basis: ON_126_1,
    verified: 'lapsed',
  },
  {
    address: '198.51.100.210',
    first_seen: '2026-10-20T00:00:00Z',
    first_seen_event: 'a tunnel over DNS ended at this address',
    country: 'BE',
    malware: 'ExampleTunnel',
    basis: ON_122,
    verified: 'weekly',
  },
];

/** Listed, but in a decision that names another operator: the demo's flows are never matched against it (L1). */
const SERVERS_OF_ANOTHER: readonly DemoServer[] = [
  {
    address: '203.0.113.66',
    first_seen: '2026-10-20T00:00:00Z',
    first_seen_event: 'a loader fetched its second stage from this address',
    country: 'NL',
    malware: 'ExampleLoader',
    basis: ON_126_1,
    verified: 'weekly',
  },
];

/** Authorisation files (docs: format 1) as objects, to be written as YAML or JSON and imported in this order. */
export function demoAuthorisations(nowMs: number) {
  return [
    authorisation('DEMO-1/2026', DEMO_OPERATOR, SERVERS, nowMs),
    authorisation('DEMO-2/2026', 'other-isp', SERVERS_OF_ANOTHER, nowMs),
  ];
}

function authorisation(reference: string, operator: string, servers: readonly DemoServer[], nowMs: number) {
  return {
    flowsieve: 1,
    authorisation: {
      reference,
      file: 'DEMONSTRATION',
      regime: 'nis2-csirt',
      decided: DECIDED,
      purpose: 'show how the victims of listed C2 servers are found',
      operators: [operator],
      // SHA-256 of nothing: no document stands behind a demonstration
      document: { name: 'none', sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' },
      approvals: [{ by: 'a.head', at: `${DECIDED}T00:00:00Z` }],
    },
    indicators: servers.map((server) => indicator(server, nowMs)),
  };
}

function indicator({ malware, verified, ...server }: DemoServer, nowMs: number) {
  const method = 'protocol handshake with the server';
  return {
    ...server,
    threat: {
      name: malware,
      activity: 'espionage',
      kind: 'serious-public-security-threat',
      relation: 'actor-or-means',
      actor: 'an invented group',
      description: `operates ${malware} through this server`,
    },
    sources: [{ name: 'partner-a', reliability: 'B', credibility: 2 }],
    analyses: [
      { by: 'a.analyst', at: ANALYSED[0], method, outcome: 'confirmed' },
      { by: 'b.analyst', at: ANALYSED[1], method: 'sandbox run of a sample', outcome: 'confirmed' },
    ],
    verifications: [
      {
        by: 'a.analyst',
        at: verified === 'lapsed' ? ANALYSED[0] : instant(nowMs - DAY_MS),
        method,
        outcome: 'active',
      },
    ],
    verify_every: 'P7D',
    verify_reason: 'the shortest period in which such servers have moved is a fortnight',
    tlp: 'AMBER+STRICT',
    block: false,
  };
}

/** RFC 3339, whole seconds. */
function instant(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
