import { TRPCClientError, type TRPCLink } from "@trpc/client";
import { observable } from "@trpc/server/observable";
import { TRPC_ERROR_CODES_BY_KEY } from "@trpc/server/rpc";
import { keyIn } from "@/contracts/pasted-key";
import type { AppRouter } from "@/server/trpc/router";

const MESSAGE = "An API key cannot be searched for.";

/**
 * The last thing between a key that was pasted and an address: the input of a query is part of a GET, which proxies log.
 * What people type is caught long before; this holds for whatever is built next. It refuses as the server does, so that
 * nothing tries again and no page says that the server is away.
 */
export const keepKeysOutOfAddresses: TRPCLink<AppRouter> = () => {
  return ({ op, next }) => {
    if (op.type !== "query" || !keyIn(JSON.stringify(op.input ?? null))) return next(op);
    return observable((observer) => observer.error(refusal()));
  };
};

function refusal(): TRPCClientError<AppRouter> {
  return new TRPCClientError(MESSAGE, {
    result: {
      error: {
        message: MESSAGE,
        code: TRPC_ERROR_CODES_BY_KEY.UNPROCESSABLE_CONTENT,
        data: { code: "validation_failed", requestId: null, errors: [], httpStatus: 422 },
      },
    },
  });
}
