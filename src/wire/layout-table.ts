// Layouts shared by content: exporters with the same template have one, and it is compiled when the first
// data comes.
import { compileLayout, type FieldSpecifier, type Layout, type LayoutSpec, layoutSpec } from './layout.ts';

export class SharedLayout {
  readonly spec: LayoutSpec;
  /** Templates that use it. */
  uses = 0;
  private compiled: Layout | null = null;

  constructor(spec: LayoutSpec) {
    this.spec = spec;
  }

  get layout(): Layout {
    this.compiled ??= compileLayout(this.spec);
    return this.compiled;
  }
}

/** Bounded by the templates that use its entries. */
export class LayoutTable {
  private readonly byKey = new Map<string, SharedLayout>();

  acquire(version: LayoutSpec['version'], fields: readonly FieldSpecifier[]): SharedLayout {
    const spec = layoutSpec(version, fields);
    let shared = this.byKey.get(spec.key);
    if (shared === undefined) {
      shared = new SharedLayout(spec);
      this.byKey.set(spec.key, shared);
    }
    shared.uses += 1;
    return shared;
  }

  release(shared: SharedLayout): void {
    shared.uses -= 1;
    if (shared.uses === 0) this.byKey.delete(shared.spec.key);
  }

  get size(): number {
    return this.byKey.size;
  }
}
