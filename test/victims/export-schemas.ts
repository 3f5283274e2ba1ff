// What the formats' publishers ask, condensed to the objects that are exported. Written after:
//  - XARF v4: xarf/xarf-spec, schemas/v4/xarf-core.json and types/infrastructure-botnet.json (MIT)
//  - STIX 2.1: OASIS Standard of 10 June 2021 and oasis-open/cti-stix2-json-schemas (BSD 3-clause)
//  - IntelMQ: certtools/intelmq, harmonization.conf of version 3 (AGPL 3): names and types of fields
//  - Shadowserver: the header of report event4_sinkhole
const TIMESTAMP = {
  type: 'string',
  pattern:
    '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:([0-5]\\d|60)(\\.\\d+)?Z$',
};
const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';
const idOf = (...types: string[]) => ({ type: 'string', pattern: `^(${types.join('|')})--${UUID}$` });
const refs = (...types: string[]) => ({ type: 'array', minItems: 1, items: idOf(...types) });

const DOMAIN = {
  type: 'object',
  required: ['type', 'spec_version', 'id', 'created', 'modified'],
  properties: {
    spec_version: { const: '2.1' },
    created: TIMESTAMP,
    modified: TIMESTAMP,
    created_by_ref: idOf('identity'),
    confidence: { type: 'integer', minimum: 0, maximum: 100 },
    object_marking_refs: refs('marking-definition'),
  },
};
const domain = (type: string, required: readonly string[], properties: Record<string, unknown>) => ({
  allOf: [DOMAIN],
  required,
  properties: { type: { const: type }, id: idOf(type), ...properties },
});
const COUNT = { type: 'integer', maximum: 999_999_999 };
const PORT = { type: 'integer', minimum: 0, maximum: 65_535 };

const address = (type: string, pattern: string) => ({
  type: 'object',
  required: ['type', 'id', 'value'],
  properties: { type: { const: type }, spec_version: { const: '2.1' }, id: idOf(type), value: { pattern } },
});

export const STIX_OBJECTS: Readonly<Record<string, object>> = {
  identity: domain('identity', ['name'], {
    name: { type: 'string', minLength: 1 },
    identity_class: { enum: ['individual', 'group', 'system', 'organization', 'class', 'unknown'] },
  }),
  'marking-definition': {
    type: 'object',
    required: ['type', 'spec_version', 'id', 'created'],
    properties: {
      type: { const: 'marking-definition' },
      spec_version: { const: '2.1' },
      id: idOf('marking-definition'),
      created: TIMESTAMP,
      definition: { type: 'object', required: ['statement'], properties: { statement: { type: 'string' } } },
    },
    not: { required: ['modified'] },
    oneOf: [{ required: ['definition_type', 'definition'] }, { required: ['extensions'] }],
  },
  indicator: domain('indicator', ['pattern', 'pattern_type', 'valid_from'], {
    pattern: { type: 'string', pattern: "^\\[ipv[46]-addr:value (=|ISSUBSET) '[^']+'\\]$" },
    pattern_type: { enum: ['stix', 'pcre', 'sigma', 'snort', 'suricata', 'yara'] },
    indicator_types: { type: 'array', minItems: 1, items: { type: 'string' } },
    valid_from: TIMESTAMP,
    valid_until: TIMESTAMP,
  }),
  'ipv4-addr': address('ipv4-addr', '^\\d{1,3}(\\.\\d{1,3}){3}$'),
  'ipv6-addr': address('ipv6-addr', '^[0-9a-f:]+$'),
  'network-traffic': {
    type: 'object',
    required: ['type', 'id', 'protocols'],
    anyOf: [{ required: ['src_ref'] }, { required: ['dst_ref'] }],
    properties: {
      type: { const: 'network-traffic' },
      spec_version: { const: '2.1' },
      id: idOf('network-traffic'),
      start: TIMESTAMP,
      end: TIMESTAMP,
      src_ref: idOf('ipv4-addr', 'ipv6-addr'),
      dst_ref: idOf('ipv4-addr', 'ipv6-addr'),
      src_port: PORT,
      dst_port: PORT,
      protocols: { type: 'array', minItems: 1, items: { type: 'string', pattern: '^[a-z0-9-]+$' } },
      src_byte_count: { type: 'integer' },
      dst_byte_count: { type: 'integer' },
      src_packets: { type: 'integer' },
      dst_packets: { type: 'integer' },
    },
    additionalProperties: false,
  },
  'observed-data': domain(
    'observed-data',
    ['first_observed', 'last_observed', 'number_observed', 'object_refs'],
    {
      first_observed: TIMESTAMP,
      last_observed: TIMESTAMP,
      number_observed: { ...COUNT, minimum: 1 },
      object_refs: refs('ipv4-addr', 'ipv6-addr', 'network-traffic'),
    },
  ),
  sighting: domain('sighting', ['sighting_of_ref'], {
    first_seen: TIMESTAMP,
    last_seen: TIMESTAMP,
    count: { ...COUNT, minimum: 0 },
    sighting_of_ref: idOf('indicator'),
    observed_data_refs: refs('observed-data'),
    where_sighted_refs: refs('identity', 'location'),
    summary: { type: 'boolean' },
  }),
};

export const STIX_BUNDLE = {
  type: 'object',
  required: ['type', 'id'],
  properties: {
    type: { const: 'bundle' },
    id: idOf('bundle'),
    objects: { type: 'array', minItems: 1, items: { type: 'object', required: ['type', 'id'] } },
  },
  additionalProperties: false,
};

const XARF_CONTACT = {
  type: 'object',
  required: ['org', 'contact', 'domain'],
  properties: {
    org: { type: 'string', maxLength: 200 },
    contact: { type: 'string', format: 'email' },
    domain: { type: 'string', format: 'hostname' },
  },
  additionalProperties: false,
};

export const XARF_BOTNET = {
  type: 'object',
  required: [
    ...['xarf_version', 'report_id', 'timestamp', 'reporter', 'sender', 'source_identifier'],
    ...['category', 'type', 'compromise_evidence'],
  ],
  properties: {
    xarf_version: { type: 'string', pattern: '^4\\.[0-9]+\\.[0-9]+$' },
    report_id: { type: 'string', format: 'uuid' },
    timestamp: { type: 'string', format: 'date-time' },
    reporter: XARF_CONTACT,
    sender: XARF_CONTACT,
    source_identifier: { type: 'string' },
    source_port: { type: 'integer', minimum: 1, maximum: 65_535 },
    category: { const: 'infrastructure' },
    type: { const: 'botnet' },
    evidence_source: { type: 'string' },
    evidence: {
      type: 'array',
      maxItems: 50,
      items: {
        type: 'object',
        required: ['content_type', 'payload'],
        properties: {
          content_type: { type: 'string' },
          description: { type: 'string', maxLength: 500 },
          payload: { type: 'string', format: 'byte' },
          hash: { type: 'string', pattern: '^(md5|sha1|sha256|sha512):[a-fA-F0-9]+$' },
          size: { type: 'integer', minimum: 0, maximum: 5_242_880 },
        },
        additionalProperties: false,
      },
    },
    tags: {
      type: 'array',
      maxItems: 20,
      items: { type: 'string', pattern: '^[a-z0-9][a-z0-9_+-]*:[a-z0-9][a-z0-9_+-.]*$' },
    },
    confidence: { type: 'number', minimum: 0, maximum: 1 },
    description: { type: 'string', maxLength: 1_000 },
    malware_family: { type: 'string', maxLength: 200 },
    c2_server: { type: 'string' },
    c2_protocol: { enum: ['http', 'https', 'tcp', 'udp', 'dns', 'irc', 'p2p', 'custom'] },
    compromise_evidence: { type: 'string' },
    first_seen: { type: 'string', format: 'date-time' },
    last_seen: { type: 'string', format: 'date-time' },
  },
};

const LOWERCASE = { type: 'string', pattern: '^[^A-Z]*$' };
const MALWARE = { type: 'string', pattern: '^[ -@\\[-~]+$' };
const IP = { type: 'string', anyOf: [{ format: 'ipv4' }, { format: 'ipv6' }] };
const INTELMQ_TIME = {
  type: 'string',
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?\\+00:00$',
};
const COUNTRY = { type: 'string', pattern: '^[A-Z0-9]{2}$' };
const ASN = { type: 'integer', minimum: 1, maximum: 4_294_967_295 };

export const INTELMQ_EVENT = {
  type: 'object',
  required: [
    ...['feed.name', 'classification.type', 'classification.taxonomy', 'time.source', 'time.observation'],
    'source.ip',
  ],
  properties: {
    __type: { const: 'Event' },
    'feed.name': { type: 'string' },
    'feed.provider': { type: 'string' },
    'feed.accuracy': { type: 'number', minimum: 0, maximum: 100 },
    'classification.taxonomy': { const: 'malicious-code' },
    'classification.type': { const: 'infected-system' },
    'classification.identifier': LOWERCASE,
    'malware.name': MALWARE,
    'time.source': INTELMQ_TIME,
    'time.observation': INTELMQ_TIME,
    'source.ip': IP,
    'source.port': { type: 'integer', minimum: 1, maximum: 65_535 },
    'source.asn': ASN,
    'source.geolocation.cc': COUNTRY,
    'destination.ip': IP,
    'destination.port': { type: 'integer', minimum: 1, maximum: 65_535 },
    'destination.geolocation.cc': COUNTRY,
    'protocol.transport': { ...LOWERCASE, maxLength: 11 },
    'event_description.text': { type: 'string' },
    event_hash: { type: 'string', pattern: '^[A-F0-9./]+$', maxLength: 40 },
    tlp: { enum: ['WHITE', 'GREEN', 'AMBER', 'RED'] },
  },
  patternProperties: { '^extra(\\.[a-z_0-9]+)+$': { type: ['string', 'number', 'boolean'] } },
  additionalProperties: false,
};

export const SHADOWSERVER_COLUMNS =
  'timestamp,protocol,src_ip,src_port,src_asn,src_geo,src_region,src_city,src_hostname,src_naics,src_sector,device_vendor,device_type,device_model,dst_ip,dst_port,dst_asn,dst_geo,dst_region,dst_city,dst_hostname,dst_naics,dst_sector,public_source,infection,family,tag,application,version,event_id'.split(
    ',',
  );
