// Belgium: the national CSIRT looks for victims of C2 servers, by authorisation of the Data Protection Authority.
// Source: authorisation 002/2026 of 25 June 2026 (AUT-2026-00049); "§" a numbered paragraph, "D" a point of its decision.
// LCE: law of 13 June 2005 on electronic communications; NIS2: law of 26 April 2024.
import type { AccessBasis, Regime, RequiredField, RetentionBasis } from '../regime.ts';

/** What D5 asks for each address where the data were kept because the law orders it. */
const THREAT_PER_ADDRESS: readonly RequiredField[] = [
  {
    field: 'threat.kind',
    rule: 'L5',
    source: 'D5, § 29, § 38',
    because:
      'data kept under LCE 126/1 need, per address, the serious threat to public security or the serious crime',
  },
  {
    field: 'threat.relation',
    rule: 'L5',
    source: 'D5, § 29, § 38',
    because: 'data kept under LCE 126/1 need, per address, how the address relates to the threat or crime',
  },
  {
    field: 'threat.description',
    rule: 'L5',
    source: 'D5, § 29',
    because: 'data kept under LCE 126/1 need a description of the actor or means',
  },
];

const OWN_PURPOSES: Omit<RetentionBasis, 'id' | 'source' | 'name'> = {
  term: 'operator',
  terms: [],
  termSource: '§ 46, § 50: the operator keeps them for its own purposes, and says how long',
  serves: ['lce-127-1-2-2', 'lce-127-1-2-4', 'lce-127-1-2-6'],
  servesSource: 'LCE 127/1 § 2 (§ 7)',
  requires: [],
  bindsPurpose: false,
};

const RETENTION: readonly RetentionBasis[] = [
  {
    id: 'lce-126-1',
    source: 'LCE 126/1 § 1 para. 1 and § 2',
    name: 'kept because the law orders it, in the zones of LCE 126/3',
    term: 'statutory',
    terms: ['P12M', 'P9M', 'P6M'],
    termSource:
      'LCE 126/1 § 1 para. 1: twelve months; LCE 126/3 § 1: six or nine where the zone says so (§ 47)',
    serves: ['lce-127-1-2-2', 'lce-127-1-2-6'],
    servesSource: 'LCE 127/1 § 4: only the purposes of § 2, 1° to 3° and 6° (§ 7)',
    requires: THREAT_PER_ADDRESS,
    bindsPurpose: true,
  },
  { id: 'lce-122', source: 'LCE 122', name: "kept for the operator's own purposes", ...OWN_PURPOSES },
  { id: 'lce-123', source: 'LCE 123', name: "kept for the operator's own purposes", ...OWN_PURPOSES },
];

const ACCESS: readonly AccessBasis[] = [
  {
    id: 'lce-127-1-2-2',
    source: 'LCE 127/1 § 2, 2°',
    name: 'prevention of serious threats to public security',
    threats: ['serious-public-security-threat'],
    tasks: ['nis2-21-2-2'],
    bindingSource: 'D5: LCE 127/1, 2° with NIS2 21 § 2, 2°',
  },
  {
    id: 'lce-127-1-2-4',
    source: 'LCE 127/1 § 2, 4°',
    name: 'examination of a failure of the security of networks, services or information systems',
    threats: [],
    tasks: [],
    bindingSource: 'none',
  },
  {
    id: 'lce-127-1-2-6',
    source: 'LCE 127/1 § 2, 6°',
    name: 'prevention, investigation, detection or prosecution of serious crime',
    threats: ['serious-crime'],
    tasks: ['nis2-21-2-1'],
    bindingSource: 'D5: LCE 127/1, 6° with NIS2 21 § 2, 1°',
  },
];

export const NIS2_CSIRT: Regime = {
  id: 'nis2-csirt',
  name: 'National CSIRT: warning the victims of command-and-control servers',
  source: 'Authorisation 002/2026 of the Data Protection Authority, NIS2 21 § 4',
  retention: RETENTION,
  access: ACCESS,
  tasks: [
    { id: 'nis2-21-2-1', source: 'NIS2 21 § 2, 1° (§ 10, D5)', name: 'serious crime' },
    { id: 'nis2-21-2-2', source: 'NIS2 21 § 2, 2° (§ 10, D5)', name: 'serious threats to public security' },
  ],
  threats: [
    {
      id: 'serious-public-security-threat',
      source: '§ 24-30, D5',
      name: 'a cyber threat that may seriously harm networks of essential or important entities or their users',
    },
    {
      id: 'serious-crime',
      source: 'LCE 127/1 § 1 (§ 12), § 37-38, D5',
      name: 'a fact that is serious crime',
    },
  ],
  relations: [
    {
      id: 'actor-or-means',
      source: '§ 29, § 38, first case',
      name: 'the address belongs to an actor or means of it',
    },
    { id: 'address-used', source: '§ 29, § 38, second case', name: 'the address itself was used in it' },
  ],
  requiredHeader: [
    { field: 'reference', rule: 'L1', source: 'D2', because: 'every access rests on a prior authorisation' },
    { field: 'file', rule: 'L1', source: 'D2', because: 'the file number leads to the decision' },
    { field: 'decided', rule: 'L1', source: 'D2', because: 'nothing is collected before the decision' },
    { field: 'purpose', rule: 'L1', source: 'D3, D16', because: 'the data serve no other purpose' },
    { field: 'operators', rule: 'L1', source: 'D4', because: 'an authorisation names its operators' },
    {
      field: 'document.sha256',
      rule: 'L1',
      source: 'D2',
      because: 'the digest ties the list to the decision',
    },
  ],
  requiredIndicator: [
    { field: 'address', rule: 'L1', source: 'D2', because: 'an indicator is an address' },
    {
      field: 'first_seen',
      rule: 'L2',
      source: 'D5',
      because: 'past metadata are collected from a known date',
    },
    {
      field: 'first_seen_event',
      rule: 'L2',
      source: 'D5',
      because: 'the date is tied to a concrete event that links the C2 activity to the address',
    },
    {
      field: 'country',
      rule: 'L6',
      source: 'D13',
      because: 'requests to operators name the country of origin',
    },
    {
      field: 'threat.activity',
      rule: 'L6',
      source: 'D13',
      because: 'requests to operators name the concrete threat or malicious activity',
    },
    { field: 'basis.retention', rule: 'L4', source: 'D5, § 50', because: 'the basis is named precisely' },
    { field: 'basis.access', rule: 'L4', source: 'D5', because: 'the basis is named precisely' },
    { field: 'basis.task', rule: 'L4', source: 'D5', because: 'the basis is named precisely' },
    { field: 'sources', rule: 'L8', source: 'D8', because: 'sources are rated for reliability' },
  ],
  longest: null,
  approvals: { needed: 0, rule: 'L1', source: 'D2' },
  analyses: { needed: 2, rule: 'L8', source: 'D8, § 45' },
  verification: { longest: 'P7D', rule: 'L9', source: 'D9' },
  widest: { ipv4: 24, ipv6: 48, rule: 'L21', source: '§ 26, D12: minimisation' },
  urgency: null,
  methods: [],
  timeZone: 'Europe/Brussels',
};
