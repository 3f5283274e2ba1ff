// Records by exporter number, in an array that outlives the scan: one per thread, since scans do not overlap.
const EXPORTERS = 0x10000;

export class ExporterCounts {
  readonly counts = new Uint32Array(EXPORTERS);
  private highest = 0;

  add(exporter: number, count: number): void {
    this.counts[exporter] = (this.counts[exporter] as number) + count;
    if (exporter > this.highest) this.highest = exporter;
  }

  /** Gives every count that is not zero, and forgets it. */
  take(give: (exporter: number, count: number) => void): void {
    for (let exporter = 0; exporter <= this.highest; exporter++) {
      const count = this.counts[exporter] as number;
      if (count === 0) continue;
      give(exporter, count);
      this.counts[exporter] = 0;
    }
    this.highest = 0;
  }
}
