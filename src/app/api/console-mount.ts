import { after } from "next/server";
import { refuseOtherSites } from "@/server/auth/same-origin";
import { cancelWhenGone } from "@/server/core/download";
import { AppError, isAppError } from "@/server/core/errors";
import { requestIdFrom } from "@/server/core/ids";
import { answerHeaders, isHttps } from "@/server/core/security-headers";
import type { Runtime } from "@/server/runtime/runtime";
import { withRuntime } from "./with-runtime";

/** One of the console's mounts that are no pages. */
interface ConsoleMount<Params> {
  /** HEAD comes with GET. Whatever is not named is answered with 405. */
  methods: readonly ("GET" | "POST")[];
  /** Whether a GET gives a file: something another site must not set off, as it may be on record. A POST always is. */
  files?: boolean;
  /** Whether another site sends the browser there by what it is for. */
  isReturn?(method: string, params: Params): boolean;
  serve(runtime: Runtime, request: Request, params: Params): Promise<Response>;
  /** Answers a refusal in the mount's own form; as a line of text where there is none. */
  refuse?(error: AppError): Response;
}

/**
 * What stands in front of every mount of the console: methods, requests of other sites, and the headers of the answer,
 * whatever it is. Here and not in proxy.ts, which Next runs apart from the route, and has been tricked past before
 * (CVE-2025-29927).
 * @returns handlers for all methods, as Next would answer those that are missing by itself, without the headers
 */
export function consoleMount<Params = unknown>(mount: ConsoleMount<Params>) {
  const handler = (request: Request, context: { params: Promise<Params> }): Promise<Response> =>
    withRuntime(request, async (runtime) => {
      const answer = await answered(mount, runtime, request, context);
      // A function may be frozen once it has answered.
      after(() => runtime.background.settled());
      const headers = new Headers(answer.headers);
      const https = isHttps(runtime.baseUrl);
      for (const [name, value] of Object.entries(answerHeaders({ https }))) headers.set(name, value);
      const { status, statusText, body } = answer;
      const response = new Response(body, { status, statusText, headers });
      if (body) cancelWhenGone(body, request.signal);
      return response;
    });
  return {
    DELETE: handler,
    GET: handler,
    HEAD: handler,
    OPTIONS: handler,
    PATCH: handler,
    POST: handler,
    PUT: handler,
  };
}

async function answered<Params>(
  { methods, files = false, isReturn, serve, refuse = line }: ConsoleMount<Params>,
  runtime: Runtime,
  request: Request,
  context: { params: Promise<Params> },
): Promise<Response> {
  try {
    const method = request.method === "HEAD" ? "GET" : request.method;
    if (!methods.some((one) => one === method)) return methodRefusal(methods);
    const params = await context.params;
    if (!isReturn?.(method, params)) refuseOtherSites(runtime, request, { proof: files || method !== "GET" });
    return await serve(runtime, request, params);
  } catch (error) {
    if (isAppError(error)) return refuse(error);
    const requestId = requestIdFrom(request.headers.get("traceparent"));
    runtime.logger.error({ err: error, requestId }, "A request to the console failed");
    return line(
      new AppError(
        "internal",
        `Something went wrong on our side. The server's log has the details under ${requestId}.`,
      ),
    );
  }
}

function methodRefusal(methods: readonly string[]): Response {
  const refusal = line(new AppError("method_not_allowed", `This takes ${methods.join(" and ")} alone.`));
  refusal.headers.set("Allow", [...methods, ...(methods.includes("GET") ? ["HEAD"] : [])].join(", "));
  return refusal;
}

function line({ status, detail, extensions: { retryAfter } }: AppError): Response {
  const answer = new Response(detail, { status, headers: { "Content-Type": "text/plain; charset=utf-8" } });
  // RFC 9110, section 10.2.3.
  if (typeof retryAfter === "number") answer.headers.set("Retry-After", String(retryAfter));
  return answer;
}
