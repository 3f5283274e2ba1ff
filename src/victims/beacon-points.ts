// The moments at which contact began, of a day's flows: what goes on in a record, or was seen by a second exporter, is
// one contact.
import type { ContactFlow } from '../store/contact-flows.ts';
import { type BeaconPoint, STROBE_POINTS } from './beacon.ts';

/** A record of the same ports that begins so soon after the one before has ended continues it: a long connection is cut
 * by the exporter's active time-out, as regularly as a beacon. Exporters' clocks differ by less. */
const CONTINUED_WITHIN_MS = 1_000;
/** Conversations whose end is remembered. */
const MAX_OPEN = 65_536;

export class BeaconPoints {
  private readonly to: BeaconPoint[] = [];
  private readonly from: BeaconPoint[] = [];
  private readonly ends = new Map<string, number>();
  private flows = 0;
  private untimed = 0;

  /** In the order of their start. */
  add(flow: ContactFlow): void {
    const { direction, startMs, bytes, timeSource } = flow;
    this.flows++;
    if (timeSource === 'export') {
      this.untimed++;
      return;
    }
    const points = direction === 'to-c2' ? this.to : this.from;
    // One more than can be scored tells that there are too many.
    if (points.length >= STROBE_POINTS || this.continues(flow)) return;
    points.push({ startMs, bytes });
  }

  /** What the victim sent, as a beacon does; what it was sent where nothing else was seen. */
  chosen(): readonly BeaconPoint[] {
    return this.to.length > 0 ? this.to : this.from;
  }

  get areUntimed(): boolean {
    return this.flows > 0 && this.untimed === this.flows;
  }

  private continues({ direction, protocol, victimPort, c2, c2Port, startMs, endMs }: ContactFlow): boolean {
    if (victimPort === null || c2Port === null) return false;
    const key = `${direction} ${protocol} ${victimPort} ${c2} ${c2Port}`;
    const end = this.ends.get(key);
    if (end === undefined && this.ends.size >= MAX_OPEN) this.ends.clear();
    this.ends.set(key, Math.max(end ?? endMs, endMs));
    return end !== undefined && startMs <= end + CONTINUED_WITHIN_MS;
  }
}
