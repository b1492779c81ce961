/** What was found in a round, or of each kind of fault the longest; in milliseconds. */
export interface Found {
  /** From the end of the fault until the last call that was not served had its answer. */
  calls: number;
  /** Until the console answered at both processes. */
  console: number;
  /** From then on until all answered calls were in the log. */
  log: number;
  /** That a caller waited for an answer. */
  answer: number;
}

const NAMES = ["calls", "console", "log", "answer"] as const;

/** The longest of each kind. */
export class Report {
  readonly #longest = new Map<string, Found>();

  note(fault: string, found: Found): void {
    const known = this.#longest.get(fault) ?? found;
    const entries = NAMES.map((name) => [name, Math.max(found[name], known[name])]);
    this.#longest.set(fault, Object.fromEntries(entries));
  }

  toString(): string {
    const lines = [...this.#longest].map(([fault, found]) => `${fault}: ${wordsOf(found)}`);
    return ["The longest, by kind of fault, in milliseconds:", ...lines.sort(), ""].join("\n");
  }
}

export const wordsOf = (found: Found): string => NAMES.map((name) => `${name} ${found[name]}`).join(", ");
