// Whether what a listener's decoders remember has changed: asked once a second, and told only then.
import type { Decoder } from '../../wire/decoder.ts';
import type { KnownExporters } from './messages.ts';

export class KnownWatch {
  private told = '';

  /** @returns what they remember now, or `null` where it was told already */
  changed(from: Iterable<Decoder>): KnownExporters | null {
    const decoders = [...from];
    const state = decoders
      .map(({ revision, exporterCount, waitingSets }) => `${revision} ${exporterCount} ${waitingSets}`)
      .join();
    if (state === this.told) return null;
    this.told = state;
    // Connections of one exporter each announce their own.
    const templatesOf = new Map<string, number>();
    let templates = 0;
    for (const decoder of decoders) {
      for (const [exporter, count] of decoder.templateCounts()) {
        templatesOf.set(exporter, (templatesOf.get(exporter) ?? 0) + count);
        templates += count;
      }
    }
    const waitingSets = decoders.reduce((sum, decoder) => sum + decoder.waitingSets, 0);
    return { exporters: templatesOf.size, templates, waitingSets, templatesOf: [...templatesOf] };
  }
}
