// Walking records, whatever the layout: sizes, which are flows, their shapes; and what the others tell of exporters.
import { type ExporterNotes, noteRecord } from './exporters.ts';
import * as layout1 from './layout-1.ts';
import * as layout2 from './layout-2.ts';
import type { NfcapdPlan } from './plan.ts';
import { type Shape, Shapes } from './shape.ts';

const RECORD_HEADER_BYTES = 4;

export class RecordWalk {
  private notes: ExporterNotes = { exporters: [], samplers: [] };
  private readonly layout: 1 | 2;
  private readonly littleEndian: boolean;
  private readonly maps: layout1.Maps;
  private readonly shapes: Shapes;

  constructor(plan: NfcapdPlan) {
    this.layout = plan.layout;
    this.littleEndian = plan.littleEndian;
    this.maps = new Map(plan.maps);
    const { littleEndian, maps } = this;
    this.shapes = new Shapes(
      plan.layout === 2
        ? (view, at, size) => layout2.learnLayout2(view, at, size, littleEndian)
        : (view, at, size) => layout1.learnLayout1(view, at, size, littleEndian, maps),
      littleEndian,
    );
  }

  /** Bytes of the record at `at`; 0 = it cannot be one, or does not lie whole below `to`. */
  sizeAt(view: DataView, at: number, to: number): number {
    if (to - at < RECORD_HEADER_BYTES) return 0;
    const size = view.getUint16(at + 2, this.littleEndian);
    return size < RECORD_HEADER_BYTES || size > to - at ? 0 : size;
  }

  isFlow(view: DataView, at: number): boolean {
    const type = view.getUint16(at, this.littleEndian);
    return this.layout === 2
      ? type === layout2.FLOW_RECORD
      : type === layout1.FLOW_RECORD || type === layout1.FLOW_RECORD_OLD;
  }

  /** @param size what `sizeAt` said. `null` = malformed */
  shapeOf(view: DataView, at: number, to: number, size: number): Shape | null {
    return this.shapes.of(view, at, to, size);
  }

  /** Why the flow record at `at` has no shape. */
  flowProblem(view: DataView, at: number): string {
    if (this.layout === 1) {
      const map = view.getUint16(at + 6, this.littleEndian);
      if (!this.maps.has(map)) return `a flow record refers to extension map ${map}, which the file lacks`;
    }
    return 'a malformed flow record';
  }

  /** What the records have told since this was last asked. */
  takeNotes(): ExporterNotes {
    const { notes } = this;
    this.notes = { exporters: [], samplers: [] };
    return notes;
  }

  /** Takes down what a record that is no flow tells: of exporters, samplers, extension maps. */
  note(view: DataView, at: number, size: number): void {
    const type = view.getUint16(at, this.littleEndian);
    if (this.layout === 1 && type === layout1.MAP_RECORD) {
      layout1.addMap(this.maps, view, at, size, this.littleEndian);
      this.shapes.forget(); // an id may mean another map now
      return;
    }
    noteRecord(this.notes, view, at, type, size, this.littleEndian);
  }
}
