// A flow as it is typed: src=192.0.2.1,dst=203.0.113.7,dst_port=443,protocol=tcp,start=…,end=….
import type { AskedFlow } from '../authority/flow-verdict.ts';
import { protocolNumber } from '../authority/protocols.ts';
import { nearest } from '../authority/refusal.ts';
import { FlowSieveError } from '../core/errors.ts';
import { parsePrefix } from '../core/prefix.ts';
import { type Parsed, parseInstant } from '../core/time.ts';

const MAX_PORT = 65_535;
const MAX_PROTOCOL = 255;

const FIELDS = {
  src: address,
  dst: address,
  src_port: number(MAX_PORT),
  dst_port: number(MAX_PORT),
  protocol,
  start: parseInstant,
  end: parseInstant,
} as const;
type Field = keyof typeof FIELDS;
type Values = { [F in Field]?: Extract<ReturnType<(typeof FIELDS)[F]>, { value: unknown }>['value'] };

/** @throws FlowSieveError USAGE */
export function parseFlow(text: string): AskedFlow {
  const values: Values = Object.fromEntries(text.split(',').map(parseField));
  const { src = null, dst = null, start, end = start } = values;
  if (src === null && dst === null) throw usage('src or dst is required');
  if (start === undefined || end === undefined) throw usage('start is required');
  if (end < start) throw usage('end lies before start');
  return {
    src,
    dst,
    srcPort: values.src_port ?? null,
    dstPort: values.dst_port ?? null,
    protocol: values.protocol ?? null,
    startMs: start,
    endMs: end,
  };
}

function parseField(part: string): [Field, unknown] {
  const at = part.indexOf('=');
  const name = part.slice(0, Math.max(0, at)).trim();
  const known = Object.keys(FIELDS) as Field[];
  const field = known.find((one) => one === name);
  if (!field) {
    const meant = at < 0 ? null : nearest(name, known);
    throw usage(
      `${part}: write ${meant === null ? `FIELD=VALUE with the fields ${known.join(', ')}` : `${meant}=`}`,
    );
  }
  const parsed: Parsed<unknown> = FIELDS[field](part.slice(at + 1).trim());
  if ('problem' in parsed) throw usage(`${part}: ${parsed.problem}`);
  return [field, parsed.value];
}

function usage(what: string): FlowSieveError {
  return new FlowSieveError('USAGE', `--flow: ${what}`);
}

function address(text: string): Parsed<readonly number[]> {
  const parsed = parsePrefix(text);
  if ('problem' in parsed) return parsed;
  return text.includes('/')
    ? { problem: 'a flow has addresses, no prefixes' }
    : { value: parsed.value.first };
}

function number(most: number): (text: string) => Parsed<number> {
  return (text) =>
    /^\d{1,5}$/.test(text) && Number(text) <= most
      ? { value: Number(text) }
      : { problem: `not a number from 0 to ${most}` };
}

function protocol(text: string): Parsed<number> {
  const named = protocolNumber(text);
  return named === null ? number(MAX_PROTOCOL)(text) : { value: named };
}
