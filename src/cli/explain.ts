import type { FieldError } from "@/contracts/problems";
import { type AppError, isAppError } from "@/server/core/errors";
import { type AnyCommand, NotConfirmedError, UsageError } from "./command";

/** How a command ends that did not do its work. Scripts go by these; documented in docs/operations.md. */
export const EXIT = {
  /** Done, with bad news; or refused. */
  refused: 1,
  /** The command line was not understood, or asks for what cannot be: nothing was opened. */
  usage: 2,
  /** The settings name no installation, or it cannot be opened or reached: says nothing about what is in it. */
  unreachable: 3,
} as const;

/** What went wrong, for people and for machines. */
export interface Failure {
  exit: (typeof EXIT)[keyof typeof EXIT];
  /** Stable; of the API's problems where it is one of them. */
  code: string;
  /** For the operator, without a stack: one line, or a line for each of the settings to correct. */
  detail: string;
  errors?: FieldError[];
}

/** The installation could not be opened. */
export class CannotOpenError extends Error {
  override name = "CannotOpenError";
  constructor(
    message: string,
    readonly code: string,
    cause: unknown,
  ) {
    super(message, { cause });
  }
}

/** The command refused, for a reason of the runtime's that says all. */
export class RefusedError extends CannotOpenError {
  override name = "RefusedError";
}

/** Fields of the contracts whose options are called otherwise. */
const OPTION_NAMES: Record<string, string> = {
  rateLimits: "limit",
  customers: "customer",
  ipAllowlist: "ip",
  allowedOrigins: "origin",
  statuses: "status",
  customerId: "customer",
  environmentRoles: "role",
  tags: "tag",
  implies: "includes",
};

/** How far a command had come. */
export interface FailurePlace {
  /** Null: the command line was not understood yet. */
  command: AnyCommand | null;
  /** Whether the installation was open: what is refused before that is the command line's fault. */
  opened: boolean;
}

/** What to say of a command that failed. */
export function failureOf(error: unknown, { command, opened }: FailurePlace): Failure {
  if (error instanceof CannotOpenError) {
    const exit = error instanceof RefusedError ? EXIT.refused : EXIT.unreachable;
    return { exit, code: error.code, detail: error.message };
  }
  if (error instanceof UsageError) return { exit: EXIT.usage, code: "usage", detail: error.message };
  if (error instanceof NotConfirmedError) {
    return { exit: EXIT.refused, code: "not_confirmed", detail: error.message };
  }
  if (isAppError(error)) return failureOfRefusal(error, command, opened);
  return { exit: EXIT.refused, code: "internal", detail: oneLine(rootOf(error)) };
}

function failureOfRefusal(refusal: AppError, command: AnyCommand | null, opened: boolean): Failure {
  const { code, detail, extensions } = refusal;
  const errors = (extensions.errors ?? []) as FieldError[];
  const exit = opened ? (code === "unavailable" ? EXIT.unreachable : EXIT.refused) : EXIT.usage;
  if (errors.length === 0) return { exit, code, detail };
  return { exit, code, detail: errors.map((one) => explainField(one, command)).join("; "), errors };
}

/** `--limit minute: Must be at least 1`, `--permissions, entry 2: …`: in the words of the command line. */
function explainField({ path, message }: FieldError, command: AnyCommand | null): string {
  const [field = "", ...inside] = path.split(".");
  const name = argumentOf(field, command);
  // The name of a rule is another word of the command.
  const within = name === "<value>" ? inside.slice(1) : inside;
  const place = within.map((part) => (/^\d+$/.test(part) ? `, entry ${Number(part) + 1}` : ` ${part}`));
  return name ? `${name}${place.join("")}: ${message}` : message;
}

/** The option or word that a field was given by; the field itself where it was given otherwise, as a password. */
function argumentOf(field: string, command: AnyCommand | null): string {
  const option = OPTION_NAMES[field] ?? field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  if (command?.options[option] && !command.options[option].refused) return `--${option}`;
  return command?.words.find((word) => word === `<${field}>` || word === "<value>") ?? field;
}

/** The first cause: what wraps it repeats the query with its parameters, among them digests. */
export function rootOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return rootOf(error.cause);
  // An address with several IPs that all refuse gives an error without a text.
  return error.message || String("code" in error ? error.code : error.name);
}

export function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " ");
}
