/** One wrong field, as the server names it. */
export interface ErrorField {
  path: string;
  message: string;
  /** The server's word for what is wrong; absent where a schema of the browser's says it. */
  code?: string | undefined;
}

/** What a page needs to know of a failure, whatever was thrown. */
export interface DescribedError {
  message: string;
  /** Leads the operator to the details in the server's log; null where the server was not reached. */
  requestId: string | null;
  fields: ErrorField[];
  /** The server's word for the refusal; null where it gave none. */
  code: string | null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function readFields(value: unknown): ErrorField[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isRecord).map((field) => ({
    path: textOrNull(field.path) ?? "",
    message: textOrNull(field.message) ?? "Is not valid",
    code: textOrNull(field.code) ?? undefined,
  }));
}

/**
 * Reads a failure of a procedure call: its text, its request id and its wrong fields.
 * Looks at the shape rather than the class, because an error that crossed from server to browser has lost its class.
 */
export function describeError(error: unknown): DescribedError {
  const data = isRecord(error) && isRecord(error.data) ? error.data : null;
  if (data) {
    return {
      message: (isRecord(error) && textOrNull(error.message)) || "Something went wrong.",
      requestId: textOrNull(data.requestId),
      fields: readFields(data.errors),
      code: textOrNull(data.code),
    };
  }
  // Without data no answer of the server's own arrived: "Failed to fetch" and its like help nobody.
  return {
    // What is asked is tried offline too, as the server may be this very machine; this is only for the words.
    message: isOffline()
      ? "You are offline. Connect, then try again."
      : "The server could not be reached. Check the connection and try again.",
    requestId: null,
    fields: [],
    code: null,
  };
}

function isOffline(): boolean {
  return typeof navigator !== "undefined" && navigator.onLine === false;
}

interface Parsed {
  error?: { issues: readonly { path: readonly PropertyKey[]; message: string }[] } | undefined;
}

/** A schema's complaints, by the field they are about: what the server would say to the same input. */
export function issuesOf({ error }: Parsed): ErrorField[] {
  return (error?.issues ?? []).map(({ path, message }) => ({ path: path.join("."), message }));
}
