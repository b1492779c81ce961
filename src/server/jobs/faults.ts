const MAX_LINES = 20;

/**
 * What may be kept of a fault: the root error's name and code, and where it happened. Not its text: drizzle's quotes the
 * statement with its parameters, Postgres' may quote rows, and both may hold licence keys and customers' data.
 */
export function traceOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  let root = error;
  while (root.cause instanceof Error) root = root.cause;
  const code = "code" in root ? ` ${String(root.code)}` : "";
  const frames = [root, error].flatMap(({ stack }) =>
    (stack ?? "").split("\n").filter((line) => /^\s+at /.test(line)),
  );
  return [`${root.name}${code}`, ...new Set(frames)].slice(0, MAX_LINES).join("\n");
}
