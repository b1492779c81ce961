import { AppError } from "./errors";

/** Files that one administrator gets at once. Of each up to a megabyte is in memory until its reader has taken it. */
export const FILES_AT_ONCE = 5;

/**
 * The files that this process gives to each administrator. Whoever stole a session could ask for a thousand at once and read
 * none of them, until the memory is full.
 */
export class FilesUnderWay {
  readonly #files = new Map<string, number>();

  /**
   * Takes a place for a file.
   * @returns what gives it back, once
   * @throws AppError rate_limited where somebody has all of theirs
   */
  begin(adminId: string): () => void {
    const files = this.#files.get(adminId) ?? 0;
    if (files >= FILES_AT_ONCE) {
      const detail = `You are downloading ${FILES_AT_ONCE} files already. Try again when one of them is there.`;
      throw new AppError("rate_limited", detail, { retryAfter: 5 });
    }
    this.#files.set(adminId, files + 1);
    let isOver = false;
    return () => {
      if (!isOver) this.#end(adminId);
      isOver = true;
    };
  }

  #end(adminId: string): void {
    const left = (this.#files.get(adminId) ?? 1) - 1;
    if (left === 0) this.#files.delete(adminId);
    else this.#files.set(adminId, left);
  }
}
