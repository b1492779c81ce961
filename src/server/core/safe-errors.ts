import { redactKeys } from "./key-format";

const MAX_LINES = 20;

/** SQLSTATE class 22, data exceptions: their texts quote the value that did not fit. */
const QUOTES_A_VALUE = /^22/;

/** The errors of a chain of causes, outermost first. */
function chainOf(error: Error): Error[] {
  return error.cause instanceof Error ? [error, ...chainOf(error.cause)] : [error];
}

function codeOf(error: Error): string | undefined {
  return "code" in error ? String(error.code) : undefined;
}

/**
 * What may be kept of a fault: the root error's name and code, and where it happened. Not its text: drizzle's quotes the
 * statement with its parameters, Postgres' may quote rows, and both may hold licence keys and customers' data.
 */
export function safeStack(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const chain = chainOf(error);
  const root = chain.at(-1) ?? error;
  const frames = [root, error].flatMap(({ stack }) =>
    (stack ?? "").split("\n").filter((line) => /^\s+at /.test(line)),
  );
  const head = [root.name, codeOf(root)].filter(Boolean).join(" ");
  return [head, ...new Set(frames)].slice(0, MAX_LINES).join("\n");
}

/** A fault as a line of our log holds it. */
interface LoggedFault {
  /** Name of the root error. */
  type: string;
  code: string | undefined;
  /** Of each error of the chain, outermost first. */
  messages: string[];
  stack: string;
}

/**
 * The form in which errors reach the log. Statements come without their parameters, and data exceptions without the
 * value: the log must not hold what customers sent, nor a password hash, nor a licence key.
 */
export function loggedFault(error: unknown): LoggedFault | string {
  if (!(error instanceof Error)) return typeof error;
  const chain = chainOf(error);
  const root = chain.at(-1) ?? error;
  return {
    type: root.name,
    code: codeOf(root),
    messages: chain.map(safeMessage),
    stack: safeStack(error),
  };
}

function safeMessage(error: Error): string {
  // drizzle's error of a failed statement: its text ends with the parameters.
  if ("query" in error && "params" in error) return `Failed query: ${String(error.query)}`;
  if (QUOTES_A_VALUE.test(codeOf(error) ?? "") && "severity" in error) return "A value did not fit.";
  return redactKeys(error.message);
}
