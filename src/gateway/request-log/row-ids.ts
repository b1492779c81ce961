import { randomBytes } from "node:crypto";

/** What twelve bits count to. */
const MAX_ROWS = 4_096;

/**
 * Ids for the rows of one batch: UUIDv7 (RFC 9562, section 5.7) of a call's instant, then its place in the batch (section
 * 6.2, method 1), then 62 random bits that the batch has in common. So a row tells its batch without a column for it.
 */
export class RowIds {
  /** The last eight bytes of each id. */
  readonly batch: Buffer;
  readonly #end: string;
  #rows = 0;

  constructor() {
    this.batch = randomBytes(8);
    // The variant of RFC 9562, section 4.1, in the two highest bits.
    this.batch.writeUInt8((this.batch.readUInt8(0) & 0x3f) | 0x80, 0);
    const hex = this.batch.toString("hex");
    this.#end = `${hex.slice(0, 4)}-${hex.slice(4)}`;
  }

  /**
   * @param ms epoch milliseconds
   * @throws RangeError beyond 4,096 rows
   */
  next(ms: number): string {
    if (this.#rows === MAX_ROWS) throw new RangeError(`A batch has ${MAX_ROWS} rows at most`);
    const time = ms.toString(16).padStart(12, "0");
    const place = (this.#rows++).toString(16).padStart(3, "0");
    return `${time.slice(0, 8)}-${time.slice(8)}-7${place}-${this.#end}`;
  }
}
