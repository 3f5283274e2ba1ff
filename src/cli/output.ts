// Many lines on standard output: gathered into large writes, and no more where the reader has gone (`| head`).
const FLUSH_CHARACTERS = 64 * 1024;

export class LineWriter {
  private pending = '';

  line(text: string): void {
    this.text(text);
    this.text('\n');
  }

  /** A piece of a line. */
  text(text: string): void {
    this.pending += text;
    if (this.pending.length >= FLUSH_CHARACTERS) this.end();
  }

  end(): void {
    if (this.pending !== '') process.stdout.write(this.pending);
    this.pending = '';
  }
}
