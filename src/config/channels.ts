// What must hold between the options of `notices` and `mail`: no notice goes in clear text over a network, and none waits for
// a mail server that is not there.
import type { GivenValues } from './given.ts';

interface GivenChannel {
  readonly channel: 'webhook' | 'mail' | 'folder';
  readonly operator?: string;
  readonly url?: string;
  readonly plain?: true | null;
  readonly to?: string;
  readonly path?: string;
}

const LISTS = ['notices.channels', 'notices.escalation'] as const;
const LOOPBACK = /^(?:127(?:\.\d+){3}|\[::1\]|localhost)$/;

/** @returns what is wrong, each with its place */
export function channelsUnclear(values: ReadonlyMap<string, unknown>, given: GivenValues): string[] {
  return LISTS.flatMap((key) => {
    const channels = (values.get(key) ?? []) as readonly GivenChannel[];
    const seen = new Map<string, number>();
    return channels.flatMap((channel, at) => {
      const place = `${given.get(key)?.place([at])}: ${key}[${at}]`;
      const name = JSON.stringify([channel.operator, channel.url ?? channel.to ?? channel.path]);
      const before = seen.get(name);
      seen.set(name, at);
      const problem =
        before === undefined ? channelProblem(channel, values) : `the same as ${key}[${before}]`;
      return problem === null ? [] : [`${place}: ${problem}`];
    });
  });
}

function channelProblem(
  { channel, url, plain }: GivenChannel,
  values: ReadonlyMap<string, unknown>,
): string | null {
  if (channel === 'mail' && (values.get('mail.host') ?? null) === null) return 'needs mail.host';
  if (channel !== 'webhook' || url === undefined) return null;
  const { protocol, hostname } = new URL(url);
  if (protocol === 'https:' || (LOOPBACK.test(hostname) && plain === true)) return null;
  return `${url}: must be https; http is for this machine itself, with plain: true`;
}

export function mailUnclear(values: ReadonlyMap<string, unknown>, given: GivenValues): string[] {
  const has = (name: string): boolean => (values.get(`mail.${name}`) ?? null) !== null;
  const problem = (name: string, text: string): string =>
    `${given.get(`mail.${name}`)?.place([])}: mail.${name}: ${text}`;
  return [
    ...(has('host') && !has('from') ? [problem('host', 'needs mail.from')] : []),
    ...(has('user') && !has('password_file') ? [problem('user', 'needs mail.password_file')] : []),
    ...(has('password_file') && !has('user') ? [problem('password_file', 'needs mail.user')] : []),
    ...(has('user') && values.get('mail.tls') === 'none'
      ? [problem('tls', 'none: a password is not sent without encryption')]
      : []),
  ];
}
