import { initTRPC, TRPCError } from "@trpc/server";
import { ZodError } from "zod";
import type { ConfirmationWay } from "@/contracts/confirmation";
import { type FieldError, PROBLEMS, type ProblemCode } from "@/contracts/problems";
import { requireEnrolled } from "@/server/core/authorize";
import { AppError, INTERNAL_DETAIL, isAppError } from "@/server/core/errors";
import { zodRefusal } from "@/server/core/validation";
import { contextFor } from "@/server/runtime/runtime";
import type { TrpcContext } from "./context";

/** What a failed procedure tells the page, in `error.data`. */
export interface TrpcErrorData {
  code: ProblemCode;
  requestId: string | null;
  errors: FieldError[];
  /** With `confirmation_required`: by what one can confirm that it is oneself. */
  ways?: readonly ConfirmationWay[];
}

/** What tRPC refuses by itself, before a procedure is reached; its messages speak of the request alone. */
const OWN_REFUSALS: Partial<Record<TRPCError["code"], ProblemCode>> = {
  UNAUTHORIZED: "key_missing",
  NOT_FOUND: "not_found",
  METHOD_NOT_SUPPORTED: "method_not_allowed",
  UNSUPPORTED_MEDIA_TYPE: "unsupported_media_type",
  PAYLOAD_TOO_LARGE: "payload_too_large",
};

/** The refusal behind a tRPC error; tRPC's own refusals get their nearest relative of the problem table. */
function refusalOf(error: TRPCError): AppError {
  if (isAppError(error.cause)) return error.cause;
  if (error.cause instanceof ZodError) return zodRefusal(error.cause);
  if (error.code === "PARSE_ERROR" || error.code === "BAD_REQUEST") {
    return new AppError("invalid_request", "The request is malformed.");
  }
  const code = OWN_REFUSALS[error.code];
  if (code) return new AppError(code, error.message);
  return new AppError("internal", INTERNAL_DETAIL);
}

const t = initTRPC.context<TrpcContext>().create({
  errorFormatter({ shape, error, ctx }) {
    const refusal = refusalOf(error);
    const { errors, requestId, ways } = refusal.extensions as Partial<TrpcErrorData>;
    const data: TrpcErrorData = {
      code: refusal.code,
      requestId: ctx?.meta.requestId ?? requestId ?? null,
      errors: errors ?? [],
      ...(ways ? { ways } : {}),
    };
    // From our table, so that both planes answer the same refusal with the same status; tRPC takes it from here.
    return { ...shape, message: refusal.detail, data: { ...data, httpStatus: refusal.status } };
  },
});

export const router = t.router;
export const createCallerFactory = t.createCallerFactory;

/** Our refusals in tRPC's terms, so that the HTTP status fits; faults are logged here, with the id the page shows. */
const translateErrors = t.middleware(async ({ ctx, path, next }) => {
  const result = await next();
  if (result.ok) return result;
  const { cause } = result.error;
  if (isAppError(cause) && cause.code !== "internal") {
    if (cause.code === "unavailable") {
      ctx.runtime.logger.error({ err: cause.cause, requestId: ctx.meta.requestId }, "Postgres is away");
    }
    throw new TRPCError({ code: PROBLEMS[cause.code].trpc, message: cause.detail, cause });
  }
  if (result.error.code === "INTERNAL_SERVER_ERROR") {
    const { requestId } = ctx.meta;
    ctx.runtime.logger.error(
      { err: cause ?? result.error, requestId, procedure: path },
      "A procedure failed",
    );
  }
  return result;
});

/** For the few procedures that work without a session. */
export const publicProcedure = t.procedure.use(translateErrors).use(({ ctx, next }) => {
  return next({ ctx: { service: contextFor(ctx.runtime, { kind: "system", name: "set-up" }, ctx.meta) } });
});

/**
 * For an administrator with a session, with a second factor or on the way to one where everybody has to have one: what
 * that takes, and nothing else.
 */
export const enrolmentProcedure = t.procedure.use(translateErrors).use(({ ctx, next }) => {
  if (!ctx.principal) throw new TRPCError({ code: "UNAUTHORIZED", message: "Sign in to continue." });
  return next({ ctx: { service: contextFor(ctx.runtime, ctx.principal, ctx.meta) } });
});

/** For everything else: an administrator with a session, as the principal of `ctx.service`. The verbs decide on roles. */
export const adminProcedure = enrolmentProcedure.use(({ ctx, next }) => {
  requireEnrolled(ctx.service);
  return next();
});
