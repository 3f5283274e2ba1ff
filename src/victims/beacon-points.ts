// The moments at which contact began, of a day's flows: what goes on in a record, or was seen by a second exporter, is
// one contact.
import type { ContactFlow } from '../store/contact-flow.ts';
import { type BeaconPoint, STROBE_POINTS } from './beacon.ts';

/** A record of the same ports that begins so soon after the one before has ended continues it: a long connection is cut
 * by the exporter's active time-out, as regularly as a beacon. Exporters' clocks differ by less. */
const CONTINUED_WITHIN_MS = 1_000;
/** Conversations whose end is remembered. */
const MAX_OPEN = 65_536;

export class BeaconPoints {
  private readonly to: BeaconPoint[] = [];
  private readonly from: BeaconPoint[] = [];
  private readonly conversations = new Map<string, Conversations[]>();
  private open = 0;
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

  private continues(flow: ContactFlow): boolean {
    const { victimPort, c2Port, startMs, endMs } = flow;
    if (victimPort === null || c2Port === null) return false;
    const { ends } = this.conversationsOf(flow);
    const ports = victimPort * 65_536 + c2Port;
    const end = ends.get(ports);
    ends.set(ports, Math.max(end ?? endMs, endMs));
    if (end !== undefined) return startMs <= end + CONTINUED_WITHIN_MS;
    if (++this.open > MAX_OPEN) {
      this.conversations.clear();
      this.open = 0;
    }
    return false;
  }

  private conversationsOf({ direction, protocol, c2 }: ContactFlow): Conversations {
    let ofC2 = this.conversations.get(c2);
    if (!ofC2) {
      ofC2 = [];
      this.conversations.set(c2, ofC2);
    }
    for (const known of ofC2) if (known.direction === direction && known.protocol === protocol) return known;
    const conversations = { direction, protocol, ends: new Map<number, number>() };
    ofC2.push(conversations);
    return conversations;
  }
}

/** With one C2 address. */
interface Conversations extends Pick<ContactFlow, 'direction' | 'protocol'> {
  /** When the last record ended, by both ports. */
  readonly ends: Map<number, number>;
}
