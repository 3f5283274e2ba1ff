// The part of seek-bzip 2 that bzip2.ts uses.
declare module 'seek-bzip' {
  interface Input {
    /** The next byte. */
    readByte(): number;
    /** The stream's header is read through this. */
    read(into: Uint8Array, offset: number, length: number): number;
    /** @param at in bytes */
    seek(at: number): void;
  }
  interface Output {
    writeByte(byte: number): void;
  }
  const Bunzip: {
    /** Decodes the one block that begins at `bit` and verifies its checksum. */
    decodeBlock(input: Input, bit: number, output: Output): void;
  };
  export default Bunzip;
}
