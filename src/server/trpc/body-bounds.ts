import { TRPC_ERROR_CODES_BY_KEY } from "@trpc/server/rpc";
import { MAX_ADMIN_BODY_BYTES, MAX_ANONYMOUS_BODY_BYTES, MAX_PROCEDURE_BODY_BYTES } from "@/contracts/bounds";
import { PROBLEMS } from "@/contracts/problems";
import type { AppError } from "@/server/core/errors";
import { newId } from "@/server/core/ids";
import type { AdminPrincipal } from "@/server/core/principal";
import type { TrpcErrorData } from "./trpc";

export const PROCEDURES_ROOT = "/api/trpc/";

/**
 * The procedures that a path below {@link PROCEDURES_ROOT} names. Decoded as tRPC does it, or commas that are written `%2C`
 * would make a batch of which no bound knows.
 */
export function proceduresIn(path: string): string[] {
  const names = path.slice(PROCEDURES_ROOT.length);
  try {
    return decodeURIComponent(names).split(",");
  } catch {
    // Encodes no text: tRPC refuses it.
    return [names];
  }
}

/** The largest body that a path of the console takes of somebody, in bytes. Without a session nothing takes much. */
export function maxBodyOf(path: string, principal: AdminPrincipal | null): number {
  if (!principal || !path.startsWith(PROCEDURES_ROOT)) return MAX_ANONYMOUS_BODY_BYTES;
  return Math.max(
    ...proceduresIn(path).map((name) => MAX_PROCEDURE_BODY_BYTES.get(name) ?? MAX_ADMIN_BODY_BYTES),
  );
}

/** A refusal that no procedure has seen, in the form in which the pages read the refusals of procedures. */
export function procedureRefusal(error: AppError) {
  const { status } = error;
  const { errors = [], requestId = newId("req") } = error.extensions as Partial<TrpcErrorData>;
  const data = { code: error.code, requestId, errors, httpStatus: status };
  const code = TRPC_ERROR_CODES_BY_KEY[PROBLEMS[error.code].trpc];
  return {
    status,
    headers: {
      "Content-Type": "application/json",
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
    },
    body: JSON.stringify({ error: { message: error.detail, code, data } }),
  };
}
