// Writes what `nfdump -o csv` (1.7.1) prints, with invented flows: 48 columns, some 340 bytes a row, summary at the end.
import { FileWriter } from './file-writer.ts';
import { FLOWS_FROM_MS, FLOWS_SPAN_MS, type FlowFileOptions, FlowGenerator } from './flows.ts';

const HEADER =
  'ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt,in,out,sas,das,smk,dmk,dtos,dir,nh,nhb,svln,dvln,ismc,' +
  'odmc,idmc,osmc,mpls1,mpls2,mpls3,mpls4,mpls5,mpls6,mpls7,mpls8,mpls9,mpls10,cl,sl,al,ra,eng,exid,tr\n';
const MAC = '00:00:00:00:00:00';
const TAIL =
  `,0,0,1,2,0,0,0,0,0,0,0.0.0.0,0.0.0.0,0,0,${MAC},${MAC},${MAC},${MAC}${',0-0-0'.repeat(10)}` +
  ',    0.000,    0.000,    0.000,192.0.2.1,0/0,1,2026-06-01 00:05:10.000\n';
const LONGEST_ROW = 512;

export function writeCsvFile(path: string, options: FlowFileOptions): void {
  const flow = new FlowGenerator(options);
  const writer = new FileWriter(path);
  const seconds = (FLOWS_SPAN_MS + 5000) / 1000;
  // Local time in nfdump's output; the rows are printed as by TZ=UTC.
  const times = Array.from({ length: seconds }, (_, n) =>
    new Date(FLOWS_FROM_MS + n * 1000).toISOString().slice(0, 19).replace('T', ' '),
  );
  const octets = Array.from({ length: 256 }, (_, n) => String(n));
  const dotted = (address: number): string =>
    `${octets[address >>> 24]}.${octets[(address >>> 16) & 255]}.${octets[(address >>> 8) & 255]}.${octets[address & 255]}`;
  writer.at += writer.bytes.write(HEADER, writer.at, 'latin1');
  let bytes = 0;
  let packets = 0;
  for (let row = 0; row < options.flows; row++) {
    flow.next();
    bytes += flow.bytes;
    packets += flow.packets;
    const lasted = ((flow.endMs - flow.startMs) / 1000).toFixed(3);
    writer.reserve(LONGEST_ROW);
    writer.at += writer.bytes.write(
      `${times[Math.floor(flow.startMs / 1000)]},${times[Math.floor(flow.endMs / 1000)]},${lasted},${dotted(flow.src)},` +
        `${dotted(flow.dst)},${flow.srcPort},${flow.dstPort},${flow.tcp ? 'TCP,...AP.SF' : 'UDP,........'},0,0,` +
        `${flow.packets},${flow.bytes}${TAIL}`,
      writer.at,
      'latin1',
    );
  }
  writer.reserve(LONGEST_ROW);
  writer.at += writer.bytes.write(
    `Summary\nflows,bytes,packets,avg_bps,avg_pps,avg_bpp\n${options.flows},${bytes},${packets},0,0,0\n`,
    writer.at,
    'latin1',
  );
  writer.close();
}
