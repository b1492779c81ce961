import type { FieldError } from "@/contracts/problems";
import { type AppError, isAppError } from "@/server/core/errors";
import { isForOperator } from "@/server/runtime/open";

/** Fields of the contracts whose options are called otherwise. */
const OPTION_NAMES: Record<string, string> = {
  id: "<id>",
  rateLimits: "--limit",
  customers: "--customer",
  ipAllowlist: "--ip",
  expiresAt: "--expires-at",
};

/** What went wrong, for the operator, without a stack: one line, or a line for each of the settings to correct. */
export function explain(error: unknown): string {
  if (isForOperator(error)) return error.message;
  if (isAppError(error)) return explainRefusal(error);
  return oneLine(rootOf(error));
}

function explainRefusal(refusal: AppError): string {
  const errors = (refusal.extensions.errors ?? []) as FieldError[];
  return errors.length > 0 ? errors.map(explainField).join("; ") : refusal.detail;
}

/** `--limit minute: Must be at least 1`, `--permissions, entry 2: …`: in the words of the command line. */
function explainField({ path, message }: FieldError): string {
  const [field = "", ...inside] = path.split(".");
  const place = inside.map((part) => (/^\d+$/.test(part) ? `, entry ${Number(part) + 1}` : ` ${part}`));
  return `${OPTION_NAMES[field] ?? `--${field}`}${place.join("")}: ${message}`;
}

/** The first cause: what wraps it repeats the query with its parameters, among them digests. */
function rootOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return rootOf(error.cause);
  // An address with several IPs that all refuse gives an error without a text.
  return error.message || String("code" in error ? error.code : error.name);
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " ");
}
