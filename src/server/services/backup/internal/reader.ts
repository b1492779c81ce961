import { createHash } from "node:crypto";
import type { z } from "zod";
import { BackupError } from "@/server/database/backup/errors";
import {
  type BackupHeader,
  END_OF_TABLE,
  headerSchema,
  linesOf,
  type RowCounts,
  trailerSchema,
} from "./format";

/** Of a header or a row. A row of Keyward's is far below; without a bound, a file without a line's end would fill the memory. */
const MAX_LINE_BYTES = 256 * 1024 * 1024;

const CUT_SHORT = "The backup is cut short: it ends before it is complete.";
const CHANGED = "The backup was changed or damaged after it was made.";

/** Reads the text of a backup from its first byte to its last, once. */
export class BackupReader {
  readonly #source: AsyncIterator<Buffer>;
  readonly #hash = createHash("sha256");
  readonly #counts: RowCounts = {};
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** To be called first, once. @throws BackupError */
  async readHeader(): Promise<BackupHeader> {
    const line = await this.#readLine();
    this.#hash.update(line);
    return parseLine(headerSchema, line, NOT_OURS);
  }

  /** The rows of the next table of the header, in parts of whole lines; to be read to its end. @throws BackupError */
  async *rowsOf({ name }: { name: string }): AsyncGenerator<Buffer, void> {
    let count = 0;
    for (;;) {
      const end = this.#endOfTable();
      const whole = end === -1 ? this.#rest.lastIndexOf(10) + 1 : end;
      const rows = this.#take(whole);
      count += linesOf(rows);
      this.#hash.update(rows);
      if (rows.length > 0) yield rows;
      if (end !== -1) break;
      if (!(await this.#readMore())) throw new BackupError(CUT_SHORT);
    }
    this.#hash.update(this.#take(END_OF_TABLE.length));
    this.#counts[name] = count;
  }

  /**
   * What stands behind the last table, and that nothing stands behind that.
   * @returns how many rows each table has
   * @throws BackupError where a byte of the whole is not as it was written
   */
  async readTrailer(): Promise<RowCounts> {
    const { rows, sha256 } = parseLine(trailerSchema, await this.#readLine(), CHANGED);
    const isWhole = this.#rest.length === 0 && !(await this.#readMore());
    const names = new Set([...Object.keys(rows), ...Object.keys(this.#counts)]);
    const fits = [...names].every((name) => rows[name] === this.#counts[name]);
    if (!isWhole || !fits || sha256 !== this.#hash.digest("hex")) throw new BackupError(CHANGED);
    return rows;
  }

  /** Reads what comes after the header, to the end, for whoever wants to know whether it is whole. @throws BackupError */
  async check({ tables }: BackupHeader): Promise<RowCounts> {
    for (const table of tables) {
      // Reading is what checks.
      for await (const _rows of this.rowsOf(table));
    }
    return this.readTrailer();
  }

  /** Where the mark of the table's end begins in what is read already, which starts with a line; -1: not yet there. */
  #endOfTable(): number {
    if (this.#rest.subarray(0, END_OF_TABLE.length).equals(END_OF_TABLE)) return 0;
    const at = this.#rest.indexOf(`\n${END_OF_TABLE}`);
    return at === -1 ? -1 : at + 1;
  }

  #take(bytes: number): Buffer {
    const taken = this.#rest.subarray(0, bytes);
    this.#rest = this.#rest.subarray(bytes);
    return taken;
  }

  async #readLine(): Promise<Buffer> {
    let at = this.#rest.indexOf(10);
    while (at === -1) {
      if (!(await this.#readMore())) throw new BackupError(CUT_SHORT);
      at = this.#rest.indexOf(10);
    }
    return this.#take(at + 1);
  }

  /** False: there is no more. */
  async #readMore(): Promise<boolean> {
    if (this.#rest.length > MAX_LINE_BYTES) throw new BackupError(CHANGED);
    const { value, done } = await this.#source.next();
    if (done) return false;
    this.#rest = this.#rest.length === 0 ? value : Buffer.concat([this.#rest, value]);
    return true;
  }
}

const NOT_OURS = "This is no backup of Keyward, or one of a version that this one does not know.";

function parseLine<Schema extends z.ZodType>(
  schema: Schema,
  line: Buffer,
  otherwise: string,
): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(line.toString("utf8")));
  } catch (error) {
    throw new BackupError(otherwise, { cause: error });
  }
}
