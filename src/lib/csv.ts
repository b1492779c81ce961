/** One record of a CSV file. */
export interface CsvRecord {
  /** The line of the file on which it starts, from 1. A quoted cell may go on over several lines. */
  line: number;
  cells: string[];
}

/** Why a file cannot be read, in words for whoever picked it. */
export class UnreadableFile extends Error {}

/**
 * The text of a file in UTF-8, without its byte-order mark.
 * @throws UnreadableFile for bytes that are not UTF-8: guessing another encoding would spoil names without a word
 */
export function decodeUtf8(bytes: ArrayBuffer | Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UnreadableFile("The file is not UTF-8 text. Save it as “CSV UTF-8” and pick it again.");
  }
}

/** What stands between cells, most usual first: spreadsheets of half the world write semicolons, copied cells have tabs. */
const SEPARATORS = [",", ";", "\t"] as const;

/** The line in which spreadsheets are told the separator, as Excel writes and reads it. It is no record. */
const NAMED_SEPARATOR = /^sep=(.)(?:\r\n?|\n|$)/i;

/**
 * Reads CSV (RFC 4180): quoted cells, doubled quotes, line ends of all three kinds; commas, semicolons or tabs, as the
 * first line says: by name, or by which of them it has most of outside of quotes. Records without any content are left
 * out.
 * @throws UnreadableFile naming the line where a quote makes the rest ambiguous
 */
export function readCsv(text: string): CsvRecord[] {
  const source = new Source(text);
  const records: CsvRecord[] = [];
  while (!source.ended()) {
    const record = source.record();
    if (record.cells.some((cell) => cell.trim() !== "")) records.push(record);
  }
  return records;
}

/** Which separator the first line has most of, outside of quotes; the more usual one where that leaves two. */
function separatorOf(text: string): string {
  // A doubled quote reads as two cells side by side, which are left out alike. An alternation within the quotes would take
  // a frame of the stack for each character of a cell.
  const [first = ""] = text.replace(/"[^"]*"/g, "").split(/[\r\n]/, 1);
  const count = (separator: string) => first.split(separator).length;
  return SEPARATORS.reduce((best, other) => (count(other) > count(best) ? other : best));
}

class Source {
  readonly #text: string;
  readonly #separator: string;
  readonly #cellEnd: RegExp;
  #at = 0;
  #line = 1;

  constructor(text: string) {
    const named = NAMED_SEPARATOR.exec(text);
    this.#text = text;
    this.#separator = named?.[1] ?? separatorOf(text);
    this.#cellEnd = new RegExp(`[\\r\\n\\u{${this.#separator.codePointAt(0)?.toString(16)}}]|$`, "gu");
    if (named) {
      this.#at = named[0].length;
      this.#line = 2;
    }
  }

  ended(): boolean {
    return this.#at >= this.#text.length;
  }

  record(): CsvRecord {
    const line = this.#line;
    const cells = [this.#cell()];
    while (this.#take(this.#separator)) cells.push(this.#cell());
    if (!this.#takeLineEnd() && !this.ended()) {
      throw new UnreadableFile(`Line ${this.#line} has text after a closing quote.`);
    }
    return { line, cells };
  }

  #cell(): string {
    if (this.#take('"')) return this.#restOfQuoted();
    this.#cellEnd.lastIndex = this.#at;
    const end = this.#cellEnd.exec(this.#text)?.index ?? this.#text.length;
    const content = this.#text.slice(this.#at, end);
    this.#at = end;
    return content;
  }

  #restOfQuoted(): string {
    const opened = this.#line;
    const start = this.#at;
    do {
      const end = this.#text.indexOf('"', this.#at);
      if (end === -1) throw new UnreadableFile(`The quote that opens on line ${opened} is never closed.`);
      this.#at = end + 1;
      // Another one right after it: the two are a quote within the cell, not its end.
    } while (this.#take('"'));
    const content = this.#text.slice(start, this.#at - 1).replaceAll('""', '"');
    this.#line += content.match(/\r\n|\r|\n/g)?.length ?? 0;
    return content;
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #takeLineEnd(): boolean {
    const taken = this.#take("\r");
    if (!this.#take("\n") && !taken) return false;
    this.#line++;
    return true;
  }
}
