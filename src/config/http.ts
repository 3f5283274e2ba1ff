// What must hold between the options of `http`: tokens and victims' addresses cross no network in clear text by accident.
import type { GivenValues } from './given.ts';

const LOOPBACK = /^(?:127(?:\.\d+){3}|::1|localhost)$/;

export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

/** @returns what is wrong, with its place */
export function httpUnclear(values: ReadonlyMap<string, unknown>, given: GivenValues): string[] {
  const has = (name: string): boolean => (values.get(`http.${name}`) ?? null) !== null;
  const problem = (name: string, text: string): string =>
    `${given.get(`http.${name}`)?.place([])}: http.${name}: ${text}`;
  if (has('cert') !== has('key')) {
    return has('cert') ? [problem('cert', 'needs http.key')] : [problem('key', 'needs http.cert')];
  }
  const host = String(values.get('http.host') ?? '127.0.0.1');
  if (isLoopback(host) || has('cert') || has('plain')) return [];
  return [
    problem('host', `${JSON.stringify(host)}: is not this machine alone: needs cert and key, or plain: true`),
  ];
}
