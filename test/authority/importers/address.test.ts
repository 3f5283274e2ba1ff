// Addresses as feeds write them.
import { describe, expect, it } from 'vitest';
import { readAddress, readEndpoint } from '../../../src/authority/importers/address.ts';

function addressOf(text: string): string {
  const read = readAddress(text);
  return 'value' in read ? read.value.text : read.problem;
}

function endpointOf(text: string): string {
  const read = readEndpoint(text);
  return 'value' in read ? `${read.value.prefix.text} ${read.value.port}` : read.problem;
}

describe('an address', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7/32', '203.0.113.7'],
    ['203.0.113.0/24', '203.0.113.0/24'],
    ['203[.]0[.]113[.]7', '203.0.113.7'],
    ['203(.)0.113{.}7', '203.0.113.7'],
    ['203[dot]0[DOT]113[.]7', '203.0.113.7'],
    ['2001:DB8:0:0::7', '2001:db8::7'],
    ['2001[:]db8::7', '2001:db8::7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:203.0.113.0/120', '203.0.113.0/24'],
  ])('%s is %s', (written, text) => expect(addressOf(written)).toBe(text));

  it.each([
    ['010.1.1.1', /octal/],
    ['10.1', /short form/],
    ['0x7f.0.0.1', /host name|not an IPv4/],
    ['203.0.113.256', /not an IPv4/],
    ['203.0.113.7/33', /at most 32 bits/],
    ['203.0.113.7/24', /bits are set behind the prefix: the network is 203\.0\.113\.0\/24/],
    ['fe80::1%eth0', /zone id/],
    ['hxxp://203[.]0[.]113[.]7/gate.php', /a URL/],
    ['https://c2.example', /a URL/],
    ['c2.example', /a host name/],
    ['c2.example.', /a host name/],
    ['who@c2.example', /a mail address/],
    ['203.0.113.7:443', /an address with a port/],
    ['[2001:db8::7]:443', /an address with a port/],
    ['203.0.113.1-203.0.113.9', /a range/],
    ['', /not an IPv4/],
    ['1'.repeat(1000), /longer than any address/],
  ])('%s is none', (written, problem) => expect(addressOf(written)).toMatch(problem));
});

describe('an address with its port', () => {
  it.each([
    ['203.0.113.7:443', '203.0.113.7 443'],
    ['203[.]0[.]113[.]7[:]443', '203.0.113.7 443'],
    ['[2001:db8::7]:65535', '2001:db8::7 65535'],
  ])('%s is %s', (written, text) => expect(endpointOf(written)).toBe(text));

  it.each([
    ['203.0.113.7', /with its port/],
    ['203.0.113.7:0', /with its port/],
    ['203.0.113.7:65536', /with its port/],
    ['203.0.113.7:0443', /with its port/],
    ['2001:db8::7:443', /with its port/],
    ['[2001:db8::7]', /with its port/],
    ['010.1.1.1:443', /octal/],
    ['c2.example:443', /host name/],
    [':443', /not an IPv4/],
  ])('%s is none', (written, problem) => expect(endpointOf(written)).toMatch(problem));
});
