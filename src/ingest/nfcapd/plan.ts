// STUB; the nfcapd helper owns this file. What a worker needs to know to read the blocks. Plain data.
export interface NfcapdPlan {
  readonly layout: 1 | 2 | 3;
}
