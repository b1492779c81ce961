/** What a thousand rows of a file mostly take, in bytes. */
const MOSTLY = 384 * 1_024;

/** The most bytes of UTF-8 that a unit of UTF-16 takes. */
const BYTES_PER_UNIT = 3;

/**
 * Lines of a file one after the other, as UTF-8 beside the heap. Kept as texts until there is a part of them, they would
 * outlive a collection or two and be garbage among the old objects then, which piles up for a hundred parts.
 */
export class Utf8Lines {
  #bytes = Buffer.alloc(MOSTLY);
  #size = 0;

  /** @returns where the line ends */
  add(line: string): number {
    const most = line.length * BYTES_PER_UNIT;
    if (this.#size + most > this.#bytes.length) {
      const larger = Buffer.alloc(2 * this.#bytes.length + most);
      this.#bytes.copy(larger, 0, 0, this.#size);
      this.#bytes = larger;
    }
    this.#size += this.#bytes.write(line, this.#size);
    return this.#size;
  }

  /** The lines up to an end that {@link add} has told. */
  upTo(end: number): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, end);
  }
}
