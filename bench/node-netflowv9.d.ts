// The little of node-netflowv9 that the rival uses; the package has no types of its own.
declare module 'node-netflowv9' {
  export interface DecodedFlow {
    readonly ipv4_src_addr: string;
    readonly ipv4_dst_addr: string;
  }
  export default class NetFlowV9 {
    constructor(options: object);
    nfPktDecode(
      message: Buffer,
      from: { address: string; port: number; size: number },
    ): { readonly flows: readonly DecodedFlow[] } | undefined;
  }
}
