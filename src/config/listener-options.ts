// What a listener is told in the configuration, by its protocol.
import { basis, consent, fingerprint, integer, optional, path, prefixes, records, text } from './option.ts';

export const MAX_PORT = 65_535;

const OPERATOR = text({
  help: 'the operator whose flows arrive here; matched only by indicators whose authorisation names it',
  rule: 'L1',
});
const RETENTION_BASIS = basis({ help: 'the legal basis under which the operator had kept them', rule: 'L7' });
const HOST = text({ help: 'the local address to listen on; `::` is all, IPv4 included', default: '::' });

export const UDP = {
  host: HOST,
  port: integer(0, MAX_PORT, { help: 'the local port; 0 = any that is free', default: 2055 }),
  operator: OPERATOR,
  retention_basis: RETENTION_BASIS,
  exporters: prefixes({
    help: 'addresses and prefixes from which flows are taken; all others are refused and counted',
    rule: 'L1',
  }),
  receive_buffer: integer(65_536, 1_073_741_824, {
    help: 'octets of receive buffer asked of the kernel for each socket, which gives no more than net.core.rmem_max',
    default: 16_777_216,
  }),
  sockets: integer(1, 16, {
    help: 'sockets on this port, between which the kernel spreads exporters (Node 22.12 or later)',
    default: 1,
  }),
};

const STREAM_LIMITS = {
  max_connections: integer(1, 1_024, {
    help: 'connections at a time; further ones are refused and counted',
    default: 64,
  }),
  max_connections_per_client: integer(1, 1_024, { help: 'of them, those of one client', default: 8 }),
  idle_seconds: integer(1, 86_400, {
    help: 'seconds without a whole message after which a connection is ended',
    default: 3_600,
  }),
};

export const TCP = {
  host: HOST,
  port: integer(0, MAX_PORT, { help: 'the local port; 0 = any that is free', default: 4739 }),
  plain: consent({
    help: 'flows may cross the network unencrypted, and an address is enough to know an exporter by: else use `tls`',
  }),
  operator: OPERATOR,
  retention_basis: RETENTION_BASIS,
  exporters: prefixes({
    help: 'addresses and prefixes from which connections are taken; all others are refused and counted. One address is one client',
    rule: 'L1',
  }),
  ...STREAM_LIMITS,
};

const TLS_CLIENT = {
  fingerprint: optional(fingerprint({ help: "SHA-256 of the client's certificate; this or `san`" })),
  san: optional(
    text({
      help: "a DNS name or an address among the subject alternative names of the client's certificate; no wildcard",
    }),
  ),
  operator: OPERATOR,
  retention_basis: RETENTION_BASIS,
};

export const TLS = {
  host: HOST,
  port: integer(0, MAX_PORT, { help: 'the local port; 0 = any that is free', default: 4740 }),
  cert: path({ help: 'the certificate shown to clients, with those between it and its authority, PEM' }),
  key: path({ help: 'its private key, PEM, not encrypted' }),
  ca: path({ help: "the authorities that signed the clients' certificates, PEM" }),
  clients: records(TLS_CLIENT, {
    help: 'the clients that are let in, by certificate; all others are refused and counted',
    rule: 'L1',
  }),
  handshake_seconds: integer(1, 120, {
    help: 'seconds within which a client must have shown its certificate',
    default: 10,
  }),
  ...STREAM_LIMITS,
};
