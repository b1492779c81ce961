/** That an operation which was called will go in a later version, as its answers say. */
export interface DeprecationNotice {
  /** Such as `GET /customers/{id}`. */
  operation: string;
  /** From when it counts; may lie ahead. */
  since: Date;
  /** From when the operation may be gone; null: not decided. */
  sunset: Date | null;
  /** The header Link: the guide, and what takes the operation's place. */
  link: string | null;
}

/** A structured-field date (RFC 9745, section 2.1). */
const DATE = /^@(\d{1,12})$/;

/**
 * Tells once of each deprecated operation: with each answer it would fill the log of the program that calls.
 * @returns looks at the answer to an operation, such as `GET /customers/{id}`
 */
export function deprecationTeller(
  onDeprecated: (notice: DeprecationNotice) => void = warn,
): (operation: string, headers: Headers) => void {
  const told = new Set<string>();
  return (operation, headers) => {
    const [, seconds] = DATE.exec(headers.get("deprecation") ?? "") ?? [];
    if (seconds === undefined || told.has(operation)) return;
    told.add(operation);
    const sunset = new Date(headers.get("sunset") ?? "");
    void hand(onDeprecated, {
      operation,
      since: new Date(Number(seconds) * 1_000),
      sunset: Number.isNaN(sunset.getTime()) ? null : sunset,
      link: headers.get("link"),
    });
  };
}

/** A notice never fails the call that it came with, which may have succeeded: the console has it where the program fails at it. */
async function hand(onDeprecated: (notice: DeprecationNotice) => unknown, notice: DeprecationNotice) {
  try {
    await onDeprecated(notice);
  } catch {
    warn(notice);
  }
}

function warn({ operation, sunset, link }: DeprecationNotice): void {
  const gone = sunset ? ` It may be gone from ${sunset.toISOString().slice(0, 10)} on.` : "";
  // biome-ignore lint/suspicious/noConsole: in other people's programs there is no logger that we know of
  console.warn(`[keyward] ${operation} is deprecated.${gone} See ${link ?? "the changelog of Keyward"}`);
}
