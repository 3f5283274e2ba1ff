// What exporters announced, kept over a restart: one JSON file, replaced whole. It holds exporters' addresses, templates
// and sampling rates, and nothing of any flow.
import { readFileSync, renameSync } from 'node:fs';
import { open, rename, unlink } from 'node:fs/promises';
import type { Log } from '../core/log.ts';
import { Decoder } from '../wire/decoder.ts';

const VERSION = 1;

interface Content {
  readonly flowsieveListeners: number;
  /** Decoder.snapshot() by the listener's name. */
  readonly listeners: Readonly<Record<string, unknown>>;
}

export class TemplateFile {
  private readonly path: string;
  private readonly log: Log;
  private readonly snapshots = new Map<string, unknown>();
  private isDirty = false;
  private saving: Promise<void> = Promise.resolve();

  constructor(path: string, log: Log) {
    this.path = path;
    this.log = log;
  }

  /** A file that cannot be used is set aside; the daemon then waits for the exporters' announcements. */
  load(): void {
    let text: string;
    try {
      text = readFileSync(this.path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        this.log.warn({ file: this.path, reason: (error as Error).message }, 'templates are not taken over');
      }
      return;
    }
    try {
      for (const [name, snapshot] of Object.entries(checked(JSON.parse(text)).listeners)) {
        this.snapshots.set(name, snapshot);
      }
    } catch (error) {
      this.snapshots.clear();
      this.setAside((error as Error).message);
    }
  }

  get(listener: string): unknown {
    return this.snapshots.get(listener) ?? null;
  }

  set(listener: string, snapshot: unknown): void {
    this.snapshots.set(listener, snapshot);
    this.isDirty = true;
  }

  forget(listener: string): void {
    this.isDirty = this.snapshots.delete(listener) || this.isDirty;
  }

  /** Writes what has changed. Never rejects: templates can be had again. */
  save(): Promise<void> {
    this.saving = this.saving.then(async () => {
      if (!this.isDirty) return;
      this.isDirty = false;
      try {
        await this.write();
      } catch (error) {
        this.isDirty = true;
        this.log.warn({ file: this.path, reason: (error as Error).message }, 'templates cannot be saved');
      }
    });
    return this.saving;
  }

  private async write(): Promise<void> {
    const content: Content = { flowsieveListeners: VERSION, listeners: Object.fromEntries(this.snapshots) };
    const temporary = `${this.path}.new`;
    const file = await open(temporary, 'w', 0o600);
    try {
      await file.writeFile(JSON.stringify(content));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, this.path).catch(async (error: unknown) => {
      await unlink(temporary);
      throw error;
    });
  }

  private setAside(reason: string): void {
    const aside = `${this.path}.unusable`;
    try {
      renameSync(this.path, aside);
    } catch {
      // It stays where it is, and is replaced by the next save.
    }
    this.log.warn(
      { file: this.path, aside, reason },
      'the templates of the last run cannot be used: data waits for the exporters to announce theirs',
    );
  }
}

/** @throws where any part cannot be restored */
function checked(json: unknown): Content {
  const { flowsieveListeners, listeners } = (json ?? {}) as Partial<Content>;
  if (flowsieveListeners !== VERSION || typeof listeners !== 'object' || listeners === null) {
    throw new Error(
      `flowsieveListeners is ${JSON.stringify(flowsieveListeners)}: this version reads ${VERSION}`,
    );
  }
  for (const snapshot of Object.values(listeners)) Decoder.restore(snapshot);
  return { flowsieveListeners, listeners };
}
