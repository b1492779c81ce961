import type { Page } from "@/contracts/lists";
import { invalidField } from "@/server/core/errors";
import type { CommandInput, CommandResult, OptionSpec } from "../command";

/** How a list is asked for in parts. Without them a command prints all there is. */
export const PAGE_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  limit: { about: "so many at most, and where the rest begins", value: "n" },
  cursor: { about: "where the list before this one ended", value: "cursor" },
};

/** Rows asked for at once, where all are wanted. */
const STEP = 1_000;

/** A step of a list's verb. */
interface Step {
  limit: number;
  cursor: string | null;
}

/**
 * Reads a list: a page of it where a limit or cursor is given, else all of it, page by page, so that it works on the
 * largest installation. For machines a page is `{data, nextCursor}`, and all of it an array.
 * @returns what prints it, given the verb's call for one step
 * @throws AppError validation_failed for a limit that is none
 */
export function pagesOf({ options }: CommandInput) {
  const { limit, cursor } = options;
  const isPage = limit !== undefined || cursor !== undefined;
  const rows = limit === undefined ? STEP : Number(limit);
  if (!Number.isInteger(rows) || rows < 1 || rows > STEP) {
    throw invalidField("limit", `Must be a whole number from 1 to ${STEP}`);
  }
  return async <Item>(
    read: (step: Step) => Promise<Page<Item>>,
    { line, none }: { line: (item: Item) => string; none: string },
  ): Promise<CommandResult> => {
    const items: Item[] = [];
    let next: string | null = typeof cursor === "string" ? cursor : null;
    do {
      const page: Page<Item> = await read({ limit: rows, cursor: next });
      items.push(...page.data);
      next = page.nextCursor;
    } while (next && !isPage);
    const lines = items.map(line);
    if (next) lines.push(`More: --cursor ${next}`);
    const text = lines.length > 0 ? lines.join("\n") : none;
    return { text, data: isPage ? { data: items, nextCursor: next } : items };
  };
}
