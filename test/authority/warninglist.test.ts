// MISP's format of warning lists: what is taken, what is told apart, and what is refused with which words.
import { describe, expect, it } from 'vitest';
import { describeFault } from '../../src/authority/refusal.ts';
import { LIST_LIMITS, readWarningList } from '../../src/authority/warninglist.ts';

const LIST = {
  name: 'An example',
  description: 'Documentation addresses (RFC 5737)',
  version: 3,
  type: 'cidr',
  matching_attributes: ['ip-src', 'ip-dst'],
  list: ['192.0.2.0/24', '198.51.100.7', '2001:DB8::/32'],
};

function read(changes: Record<string, unknown> = {}) {
  return readWarningList(JSON.stringify({ ...LIST, ...changes }));
}

function faultsOf(found: ReturnType<typeof readWarningList>): string[] {
  return 'faults' in found ? found.faults.map(describeFault) : [];
}

it('a list of addresses is read, both families, capital letters too', () => {
  const found = read();
  if (!('list' in found)) throw new Error('refused');
  expect(found.list).toMatchObject({ name: 'An example', version: 3, entries: 3 });
  expect([found.list.ipv4.count, found.list.ipv6.count, found.faultCount]).toEqual([2, 1, 0]);
});

it.each(['hostname', 'string', 'substring', 'regex'])('a list of type %s is not about addresses', (type) => {
  expect(read({ type, list: ['example.org'] })).toEqual({ name: 'An example', type });
});

describe('a file is refused', () => {
  it.each([
    ['{"name":', /^\(file\): "\{\\"name\\":": not JSON: /],
    ['[]', /must be a mapping/],
    ['null', /must be a mapping/],
  ])('that is no list: %s', (text, expected) => {
    expect(faultsOf(readWarningList(text))).toEqual([expect.stringMatching(expected)]);
  });

  it.each([
    [{ name: undefined }, 'name: (absent): must be text'],
    [{ name: '' }, 'name: "": must be text'],
    [{ name: 'a\u001b[31m' }, 'name: "a\\u001b[31m": must be one line'],
    [{ name: 'a'.repeat(LIST_LIMITS.name + 1) }, /^name: .*is too long: 200 characters at most$/],
    [{ description: 7 }, 'description: 7: must be text'],
    [{ version: '3' }, 'version: "3": must be a whole number, 0 or more'],
    [{ version: 1.5 }, 'version: 1.5: must be a whole number, 0 or more'],
    [{ version: -1 }, 'version: -1: must be a whole number, 0 or more'],
    [{ type: 'ip' }, 'type: "ip": must be one of cidr, hostname, regex, string, substring'],
    [{ type: undefined }, 'type: (absent): must be one of cidr, hostname, regex, string, substring'],
    [{ list: {} }, 'list: {}: must be a list'],
    [{ list: [] }, 'list: []: is empty'],
    [{ matching_attributes: [1] }, 'matching_attributes: [… 1]: must be a list of texts'],
    [{ severity: 'hard' }, 'severity: "hard": there is no such field'],
  ])('where a field is at fault: %j', (changes, expected) => {
    const found = read(changes);
    expect('list' in found).toBe(false);
    expect(faultsOf(found)).toEqual([
      typeof expected === 'string' ? expected : expect.stringMatching(expected),
    ]);
  });

  it('where no entry can be read', () => {
    const found = read({ list: ['example.org', 'example.com'] });
    expect('list' in found).toBe(false);
    expect(faultsOf(found)).toHaveLength(2);
  });
});

describe('an entry is left out', () => {
  it.each([
    ['10.0.0', 'a short form: write all four parts'],
    ['010.0.0.1', 'a part with a leading zero may be read as octal: write it without'],
    ['192.0.2.1/24', 'bits are set behind the prefix: the network is 192.0.2.0/24'],
    ['fe80::1%eth0', 'an address with a zone id names an interface, not a host'],
    ['0.0.0.0/0', 'is every address there is: it would tell nothing apart'],
    ['::/0', 'is every address there is: it would tell nothing apart'],
    ['::ffff:0:0/96', 'is every address there is: it would tell nothing apart'],
    [`192.0.2.1${' '.repeat(50)}`, 'is too long: 50 characters at most'],
    [7, 'must be text'],
  ])('that is no prefix, by its place: %j', (entry, problem) => {
    const found = read({ list: ['192.0.2.0/24', entry] });
    expect('list' in found && found.list.entries).toBe(1);
    expect(faultsOf(found)).toEqual([expect.stringContaining('list[1]: ')]);
    expect(faultsOf(found)[0]).toContain(problem);
  });

  it('of very many, the first are told and all are counted', () => {
    const found = read({ list: ['192.0.2.0/24', ...Array.from({ length: 100 }, (_, at) => `x${at}`)] });
    expect(faultsOf(found)).toHaveLength(LIST_LIMITS.faults);
    expect('faultCount' in found && found.faultCount).toBe(100);
  });
});
