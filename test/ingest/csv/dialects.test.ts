// Each dialect of facts that operators deliver, by a few rows as its tool prints them.
import { describe, expect, it } from 'vitest';
import type { Flow } from '../../../src/core/flow.ts';
import { recordsOf } from './tables.ts';

const at = (text: string) => Date.parse(text);

async function onlyFlow(text: string): Promise<Flow> {
  const { flows, problems } = await recordsOf(text);
  expect(problems).toEqual([]);
  expect(flows).toHaveLength(1);
  return flows[0] as Flow;
}

describe('CSV dialects', () => {
  it('nfdump to 1.7.3: rows by header name, the exporter from `ra`, the footer is no row', async () => {
    const header =
      'ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt,in,out,sas,das,smk,dmk,dtos,dir,nh,nhb,svln,dvln,ismc,odmc,idmc,osmc,mpls1,mpls2,mpls3,mpls4,mpls5,mpls6,mpls7,mpls8,mpls9,mpls10,cl,sl,al,ra,eng,exid,tr';
    const row =
      '2019-08-12 18:50:47,2019-08-12 18:50:49,2.000,192.0.2.131,198.51.100.55,443,41322,TCP,...A....,0,0,3000,4500000,0,0,1170,1264,209,812,15,20,0,0,203.0.113.127,0.0.0.0,2,0,00:00:00:00:00:00,00:00:00:00:00:00,00:00:00:00:00:00,00:00:00:00:00:00,0-0-0,0-0-0,0-0-0,0-0-0,0-0-0,0-0-0,0-0-0,0-0-0,0-0-0,0-0-0,    0.000,    0.000,    0.000,203.0.113.17,0/0,1224,2019-08-12 18:51:57.002';
    const footer = 'Summary\nflows,bytes,packets,avg_bps,avg_pps,avg_bpp\n1,4500000,3000,1,1,1500\n';
    const { flows, exporters, problems } = await recordsOf(`${header}\n${row}\n${footer}`);
    expect(problems).toEqual([]);
    expect(exporters).toEqual(['203.0.113.17']);
    expect(flows).toEqual([
      {
        src: '192.0.2.131',
        dst: '198.51.100.55',
        srcPort: 443,
        dstPort: 41322,
        protocol: 6,
        bytes: 4_500_000,
        packets: 3000,
        startMs: at('2019-08-12T18:50:47Z'),
        endMs: at('2019-08-12T18:50:49Z'),
        exportMs: at('2019-08-12T18:51:57.002Z'),
        timeSource: 'absolute',
        swappedTimes: false,
        tcpFlags: 0x10,
        sampling: null,
        alternates: [],
      },
    ]);
  });

  it('nfdump without matches: no rows and no problems', async () => {
    const { flows, problems } = await recordsOf(
      'ts,te,td,sa,da,sp,dp,pr\nNo matching flows\nNo matched flows\n',
    );
    expect(flows).toEqual([]);
    expect(problems).toEqual([]);
  });

  it('nfdump from 1.7.4: the end is start plus duration', async () => {
    const flow = await onlyFlow(
      'firstSeen,duration,proto,srcAddr,srcPort,dstAddr,dstPort,packets,bytes,flows\n' +
        '2024-05-01 10:00:00.250,00:01:02.500,UDP,192.0.2.1,5353,198.51.100.2,53,3,210,1\n',
    );
    expect(flow).toMatchObject({
      startMs: at('2024-05-01T10:00:00.250Z'),
      endMs: at('2024-05-01T10:01:02.750Z'),
      protocol: 17,
      srcPort: 5353,
      dstPort: 53,
      packets: 3,
      bytes: 210,
    });
  });

  it('nfdump csv-fast: epoch milliseconds, protocol numbers, IPv6', async () => {
    const flow = await onlyFlow(
      'cnt,af,firstSeen,lastSeen,proto,srcAddr,srcPort,dstAddr,dstPort,srcAS,dstAS,input,output,flags,srcTos,packets,bytes\n' +
        '1,10,1714557600250,1714557660750,6,2001:db8::1,40000,2001:db8:0:0:1::2,443,0,0,1,2,...AP.SF,0,12,3400\n',
    );
    expect(flow).toMatchObject({
      src: '2001:db8::1',
      dst: '2001:db8::1:0:0:2',
      startMs: 1714557600250,
      endMs: 1714557660750,
      protocol: 6,
      tcpFlags: 0x1b,
      packets: 12,
      bytes: 3400,
    });
  });

  it("nfdump's own formats, separated by commas: header names with spaces, scaled counters", async () => {
    const flow = await onlyFlow(
      'Date first seen,Date last seen,Duration,Src IP Addr,Dst IP Addr,Src Pt,Dst Pt,Proto,Flags,Bytes,Packets,Router IP\n' +
        '2019-08-12 18:50:47.958,2019-08-12 18:50:47.958,    00:00:00.000,  192.0.2.131,  198.51.100.55,   443, 41322,TCP  ,...A....,   4.5 M,    3000,     203.0.113.17\n' +
        'Summary: total flows: 1, total bytes: 4.5 M, total packets: 3000, avg bps: 295209, avg pps: 38, avg bpp: 946\n' +
        'Time window: 2019-08-12 18:15:48 - 2019-08-12 18:51:43\n' +
        'Total flows processed: 3, passed: 3, Blocks skipped: 0, Bytes read: 176084\n' +
        'Sys: 0.0090s User: 0.0000s Wall: 0.0077s flows/second: 391.1 Runtime: 0.0077s\n',
    );
    expect(flow).toMatchObject({
      src: '192.0.2.131',
      srcPort: 443,
      protocol: 6,
      bytes: 4_500_000,
      packets: 3000,
    });
  });

  it('SiLK rwcut: padded columns between bars, a bar at the end', async () => {
    const flow = await onlyFlow(
      '                                    sIP|                                    dIP|sPort|dPort|pro|   packets|     bytes|   flags|                  sTime| duration|                  eTime|sen|\n' +
        '                            192.0.2.10|                          198.51.100.1|52011|   80|  6|        12|      1200|FS PA   |2009/02/12T00:00:00.123|   12.345|2009/02/12T00:00:12.468| S0|\n',
    );
    expect(flow).toMatchObject({
      src: '192.0.2.10',
      dst: '198.51.100.1',
      srcPort: 52011,
      dstPort: 80,
      protocol: 6,
      packets: 12,
      bytes: 1200,
      tcpFlags: 0x1b,
      startMs: at('2009-02-12T00:00:00.123Z'),
      endMs: at('2009-02-12T00:00:12.468Z'),
    });
  });

  it('Argus and binetflow: dates with slashes, ports in hexadecimal, flags of both sides', async () => {
    const header =
      'StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,sTos,dTos,TotPkts,TotBytes,SrcBytes,SrcPkts,Label\n';
    const tcp = await onlyFlow(
      `${header}2019/04/04 16:23:00.355768,129.927856,tcp,192.0.2.69,48009,   ->,198.51.100.2,443,SPA_SRPA,0,164,26,5723,1621,13,\n`,
    );
    expect(tcp).toMatchObject({
      startMs: at('2019-04-04T16:23:00.355Z'),
      endMs: at('2019-04-04T16:25:10.283Z'),
      protocol: 6,
      tcpFlags: 0x1e,
      packets: 26,
      bytes: 5723,
    });
    const icmp = await onlyFlow(
      `${header}2019/04/04 16:30:30.234728,1.262451,icmp,192.0.2.69,0x0008,   ->,198.51.100.148,0x7208,ECO,0,,2,144,144,2,\n`,
    );
    expect(icmp).toMatchObject({ protocol: 1, srcPort: 8, dstPort: 0x7208, tcpFlags: null });
  });

  it("UGR'16: no header; the start is end minus duration", async () => {
    const { flows, lines } = await recordsOf(
      '2016-03-18 10:57:15,4.236,192.0.2.7,198.51.100.9,53,44011,UDP,.A....,0,72,2,1000,background\n',
    );
    expect(lines).toEqual([1]);
    expect(flows).toMatchObject([
      {
        endMs: at('2016-03-18T10:57:15Z'),
        startMs: at('2016-03-18T10:57:10.764Z'),
        srcPort: 53,
        dstPort: 44011,
        protocol: 17,
        packets: 2,
        bytes: 1000,
      },
    ]);
  });

  it("Zeek's conn.log: names in a comment, `-` for what is not known", async () => {
    const flow = await onlyFlow(
      '#separator \\x09\n#path\tconn\n' +
        '#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tduration\torig_pkts\torig_ip_bytes\n' +
        '#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tinterval\tcount\tcount\n' +
        '1735700000.123456\tC1\t192.0.2.1\t50000\t198.51.100.2\t443\ttcp\t-\t3\t180\n#close\t2025-01-01\n',
    );
    expect(flow).toMatchObject({
      startMs: 1735700000123,
      endMs: 1735700000123,
      dstPort: 443,
      packets: 3,
      bytes: 180,
    });
  });

  it.each([
    ['a bar', '|'],
    ['a semicolon', ';'],
    ['a tab', '\t'],
  ])('the delimiter may be %s', async (_, delimiter) => {
    const lines = ['start,end,src,dst', '1714557600,1714557601.5,192.0.2.1,198.51.100.2'];
    const flow = await onlyFlow(`${lines.join('\n').replaceAll(',', delimiter)}\n`);
    expect(flow).toMatchObject({ startMs: 1714557600000, endMs: 1714557601500 });
  });

  it('a column per family: the one that is not empty or zero', async () => {
    const { flows } = await recordsOf(
      'IPV4_SRC_ADDR,IPV6_SRC_ADDR,IPV4_DST_ADDR,IPV6_DST_ADDR,FIRST_SWITCHED,LAST_SWITCHED\n' +
        '192.0.2.1,,198.51.100.1,,1714557600,1714557601\n' +
        '0.0.0.0,2001:db8::1,0.0.0.0,2001:db8::2,1714557600,1714557601\n' +
        '192.0.2.1,::,198.51.100.1,::,1714557600,1714557601\n',
    );
    expect(flows.map(({ src, dst }) => [src, dst])).toEqual([
      ['192.0.2.1', '198.51.100.1'],
      ['2001:db8::1', '2001:db8::2'],
      ['192.0.2.1', '198.51.100.1'],
    ]);
  });

  it('addresses after translation stand beside the flow', async () => {
    const { flows } = await recordsOf(
      'firstSeen,lastSeen,srcAddr,dstAddr,srcPort,dstPort,srcXIP,dstXIP,srcXPort,dstXPort\n' +
        '1714557600,1714557601,10.0.0.1,198.51.100.1,1000,443,192.0.2.77,0.0.0.0,2000,0\n' +
        '1714557600,1714557601,10.0.0.1,198.51.100.1,1000,443,0.0.0.0,0.0.0.0,0,0\n',
    );
    expect(flows.map((flow) => flow.alternates)).toEqual([
      [{ src: '192.0.2.77', dst: '198.51.100.1', srcPort: 2000, dstPort: 443 }],
      [],
    ]);
  });

  it('ICMP ports as type and code; a port with a decimal point elsewhere is a number', async () => {
    const { flows } = await recordsOf(
      'firstSeen,lastSeen,proto,srcAddr,dstAddr,srcPort,dstPort\n' +
        '1714557600,1714557601,ICMP,192.0.2.1,198.51.100.1,0,3.13\n' +
        '1714557600,1714557601,TCP,192.0.2.1,198.51.100.1,80.0,443.0\n',
    );
    expect(flows.map(({ srcPort, dstPort }) => [srcPort, dstPort])).toEqual([
      [0, 3 * 256 + 13],
      [80, 443],
    ]);
  });
});
