// Belgium: the intelligence and security services have operators keep and hand over traffic data.
// Source: law of 30 November 1998 (LIO); "Art." below is an article of it. What is not said here is as for the CSIRT.
import type { Mention, Regime, RetentionBasis } from '../regime.ts';
import { NIS2_CSIRT } from './nis2-csirt.ts';

const THREAT = 'national-security-threat';
const TASKS = ['lio-7', 'lio-11'];

function mention(key: string, source: string, name: string, more: Partial<Mention> = {}): Mention {
  return { key, source, name, when: 'always', onPainOfIllegality: false, ...more };
}

const ILLEGAL_WITHOUT = { onPainOfIllegality: true } as const;

/** Art. 18/3 § 2; its 5° (period), 13° (date) and 14° (signature) are `ends`, `decided` and `approvals`. */
const DECISION_18_3: readonly Mention[] = [
  mention('nature', 'Art. 18/3 § 2, 1°', 'nature of the method', ILLEGAL_WITHOUT),
  mention('subject', 'Art. 18/3 § 2, 2°', 'who or what is subject to it', ILLEGAL_WITHOUT),
  mention('potential_threat', 'Art. 18/3 § 2, 3°', 'potential threat that justifies it', ILLEGAL_WITHOUT),
  mention('circumstances', 'Art. 18/3 § 2, 4°', 'factual circumstances that justify it', ILLEGAL_WITHOUT),
  mention(
    'proportionality',
    'Art. 18/3 § 2, 4°',
    'reasons of subsidiarity and proportionality',
    ILLEGAL_WITHOUT,
  ),
  mention('officers', 'Art. 18/3 § 2, 6°', 'officers of methods responsible'),
  mention('period_reason', 'Art. 18/3 § 2, 12°', 'reasons for the period that the data concern'),
  mention('technical_means', 'Art. 18/3 § 2, 7°', 'technical means employed', {
    when: 'applicable',
    ...ILLEGAL_WITHOUT,
  }),
  mention('judicial_concurrence', 'Art. 18/3 § 2, 8°', 'concurrence with a judicial inquiry', {
    when: 'applicable',
  }),
  mention('necessary_offences', 'Art. 18/3 § 2, 9°', 'offences absolutely necessary', {
    when: 'applicable',
    ...ILLEGAL_WITHOUT,
  }),
  mention('protected_profession', 'Art. 18/3 § 2, 10°', 'evidence against a lawyer, doctor or journalist', {
    when: 'applicable',
    ...ILLEGAL_WITHOUT,
  }),
  mention('urgent_reason', 'Art. 18/3 § 2, 11°', 'grounds of extreme urgency', {
    when: 'urgent',
    ...ILLEGAL_WITHOUT,
  }),
];

/** Art. 13/6 § 2; duration, date and signature are `ends`, `decided` and `approvals`. */
const REQUISITION_13_6: readonly Mention[] = [
  mention('nature', 'Art. 13/6 § 2', 'nature of the data to keep'),
  mention('subject', 'Art. 13/6 § 2', 'persons, groups, zones or means whose data are to be kept'),
  mention('reasons', 'Art. 13/6 § 1', 'the requisition rests on a reasoned decision'),
];

const REQUISITION_16_2: readonly Mention[] = [
  mention('subject', 'Art. 16/2 § 1', 'subscriber, means or service to identify'),
];

function serving(basis: RetentionBasis): RetentionBasis {
  return { ...basis, serves: ['lce-127-1-2-1'] };
}

export const INTELLIGENCE_SERVICES: Regime = {
  ...NIS2_CSIRT,
  id: 'intelligence-services',
  name: 'Intelligence and security services: requisitions of traffic data',
  source: 'Law of 30 November 1998 on the intelligence and security services',
  retention: [
    ...NIS2_CSIRT.retention.map(serving),
    {
      id: 'lio-13-6',
      source: 'Art. 13/6 § 1',
      name: 'kept on the requisition of the service',
      term: 'statutory',
      terms: ['P6M'],
      termSource: 'Art. 13/6 § 2: six months at most from the communication',
      serves: ['lce-127-1-2-1'],
      servesSource: 'Art. 13/6 § 1',
      requires: [],
      bindsPurpose: false,
    },
  ],
  access: [
    {
      id: 'lce-127-1-2-1',
      source: 'LCE 127/1 § 2, 1°',
      name: 'missions of the intelligence and security services',
      threats: [THREAT],
      tasks: TASKS,
      bindingSource: 'LCE 126/1 § 1 para. 3: national security',
    },
  ],
  tasks: [
    { id: 'lio-7', source: 'Art. 7', name: 'missions of State Security' },
    { id: 'lio-11', source: 'Art. 11', name: 'missions of the General Intelligence and Security Service' },
  ],
  threats: [
    { id: THREAT, source: 'LCE 126/1 § 1 para. 3, Art. 18/1', name: 'a threat to national security' },
  ],
  requiredHeader: [
    { field: 'reference', rule: 'I1', source: 'Art. 13/6 § 4', because: 'every requisition is registered' },
    { field: 'file', rule: 'I1', source: 'Art. 13/6 § 4', because: 'every requisition is registered' },
    {
      field: 'method',
      rule: 'I1',
      source: 'Art. 18/3 § 2, 13/6 § 2',
      because: 'the method decides what must be said',
    },
    {
      field: 'decided',
      rule: 'I1',
      source: 'Art. 18/3 § 2, 13°; 13/6 § 2',
      because: 'the decision is dated',
    },
    {
      field: 'ends',
      rule: 'I2',
      source: 'Art. 13/6 § 2; 18/3 § 2, 5°',
      because: 'the decision says how long it lasts',
    },
    { field: 'purpose', rule: 'L1', source: 'Art. 13/6 § 1', because: 'it serves a mission of the service' },
    {
      field: 'operators',
      rule: 'L1',
      source: 'Art. 18/8 § 1',
      because: 'a requisition goes to named operators',
    },
    {
      field: 'document.sha256',
      rule: 'I1',
      source: 'Art. 13/6 § 1, 18/3 § 1',
      because: 'the decision is in writing',
    },
    {
      field: 'approvals',
      rule: 'I1',
      source: 'Art. 18/3 § 2, 14°; 13/6 § 2',
      because: 'the decision is signed',
    },
  ],
  longest: { duration: 'P6M', rule: 'I2', source: 'Art. 13/6 § 2' },
  approvals: { needed: 1, rule: 'I1', source: 'Art. 18/3 § 2, 14°; 13/6 § 2' },
  urgency: { rule: 'I3', source: 'Art. 18/3 § 3, 13/6 § 3, 16/2 § 1' },
  methods: [
    {
      id: 'lio-18-8',
      source: 'Art. 18/8, 18/3',
      name: 'tracing of traffic data (specific method)',
      mentions: DECISION_18_3,
      givesTrafficData: true,
      notified: true,
      confirmation: { by: 'next-working-day', source: 'Art. 18/3 § 3' },
    },
    {
      id: 'lio-13-6',
      source: 'Art. 13/6',
      name: 'requisition to keep traffic data (what is kept is handed over under Art. 18/8)',
      mentions: REQUISITION_13_6,
      givesTrafficData: true,
      notified: false,
      confirmation: { by: 'next-working-day', source: 'Art. 13/6 § 3' },
    },
    {
      id: 'lio-16-2',
      source: 'Art. 16/2',
      name: 'identification of a subscriber or user: gives no traffic data',
      mentions: REQUISITION_16_2,
      givesTrafficData: false,
      notified: false,
      confirmation: { by: 'duration', term: 'PT24H', source: 'Art. 16/2 § 1' },
    },
  ],
};
