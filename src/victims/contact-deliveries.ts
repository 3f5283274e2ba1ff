// A day of contact as each operator delivered it under each legal basis.
import type { ContactFlow } from '../store/contact-flow.ts';
import type { ContactDelivery } from '../store/contacts.ts';
import { ContactDay } from './contact-day.ts';

interface Delivery {
  readonly operator: string;
  readonly retentionBasis: string;
  readonly contactDay: ContactDay;
}

export class ContactDeliveries {
  private readonly day: number;
  private readonly isWrong: ((endMs: number) => boolean) | null;
  private readonly deliveries: Delivery[] = [];

  /**
   * @param day since the epoch
   * @param isWrong L11: of a flow's end, whether a dispute has shown its match to be wrong; `null` = none has
   */
  constructor(day: number, isWrong: ((endMs: number) => boolean) | null) {
    this.day = day;
    this.isWrong = isWrong;
  }

  /** In the order of their start. */
  add(flow: ContactFlow): void {
    if (this.isWrong?.(flow.endMs)) return;
    const { operator, retentionBasis } = flow;
    let delivery = this.deliveries.find(
      (d) => d.operator === operator && d.retentionBasis === retentionBasis,
    );
    if (!delivery) {
      delivery = { operator, retentionBasis, contactDay: new ContactDay(this.day) };
      this.deliveries.push(delivery);
    }
    delivery.contactDay.add(flow);
  }

  toRows(): ContactDelivery[] {
    return this.deliveries.map(({ operator, retentionBasis, contactDay }) => ({
      operator,
      retentionBasis,
      day: contactDay.toRow(),
    }));
  }
}
