import { initTRPC, TRPCError } from "@trpc/server";
import { ZodError } from "zod";
import { type FieldError, PROBLEMS, type ProblemCode } from "@/contracts/problems";
import { AppError, isAppError } from "@/server/core/errors";
import { fieldErrors } from "@/server/core/validation";
import { contextFor } from "@/server/platform";
import type { TrpcContext } from "./context";

/** What a failed procedure tells the page, in `error.data`. */
export interface TrpcErrorData {
  code: ProblemCode;
  requestId: string | null;
  errors: FieldError[];
}

/** The refusal behind a tRPC error; tRPC's own refusals get their nearest relative of the problem table. */
function refusalOf(error: TRPCError): AppError {
  if (isAppError(error.cause)) return error.cause;
  if (error.cause instanceof ZodError) {
    return new AppError("validation_failed", "Some fields are wrong.", { errors: fieldErrors(error.cause) });
  }
  if (error.code === "UNAUTHORIZED") return new AppError("key_missing", error.message);
  if (error.code === "NOT_FOUND") return new AppError("not_found", error.message);
  if (error.code === "PARSE_ERROR" || error.code === "BAD_REQUEST") {
    return new AppError("invalid_request", "The request is malformed.");
  }
  return new AppError("internal", "Something went wrong on our side. The request id leads to the details.");
}

const t = initTRPC.context<TrpcContext>().create({
  errorFormatter({ shape, error, ctx }) {
    const refusal = refusalOf(error);
    const errors = (refusal.extensions.errors as FieldError[] | undefined) ?? [];
    const data: TrpcErrorData = { code: refusal.code, requestId: ctx?.origin.requestId ?? null, errors };
    return { ...shape, message: refusal.detail, data: { ...data, httpStatus: shape.data.httpStatus } };
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
    throw new TRPCError({ code: PROBLEMS[cause.code].trpc, message: cause.detail, cause });
  }
  if (result.error.code === "INTERNAL_SERVER_ERROR") {
    const { requestId } = ctx.origin;
    ctx.platform.logger.error(
      { err: cause ?? result.error, requestId, procedure: path },
      "A procedure failed",
    );
  }
  return result;
});

/** For the few procedures that work without a session. */
export const publicProcedure = t.procedure.use(translateErrors).use(({ ctx, next }) => {
  return next({ ctx: { service: contextFor(ctx.platform, { kind: "system", name: "set-up" }, ctx.origin) } });
});

/** For everything else: an administrator with a session, as the principal of `ctx.service`. The verbs decide on roles. */
export const adminProcedure = t.procedure.use(translateErrors).use(({ ctx, next }) => {
  if (!ctx.principal) throw new TRPCError({ code: "UNAUTHORIZED", message: "Sign in to continue." });
  return next({ ctx: { service: contextFor(ctx.platform, ctx.principal, ctx.origin) } });
});
