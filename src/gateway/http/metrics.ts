import type { Server } from "node:http";
import { AppError } from "@/server/core/errors";
import { sameSecret } from "@/server/core/secrets";
import { createScrape } from "@/server/metrics/scrape";
import type { Runtime } from "@/server/runtime/runtime";
import { unroutable } from "../routes";
import { answerAndClose, isStillSending, type PlainAnswer } from "./closing";
import { problemDocument } from "./refusal";
import { createHttpServer, type Listener } from "./server";

/** Where Prometheus looks unless it is told otherwise. */
export const METRICS_PATH = "/metrics";

const METHODS = ["GET", "HEAD"];

/** Where the metrics of a runtime are given out: at most one of the two. */
interface MetricsEndpoints {
  /** On the port of everything else; null: there is no such path. */
  listener: Listener | null;
  /** Not listening yet; null: no port of its own was asked for. */
  server: Server | null;
}

/**
 * The metrics for the settings. What they tell is for operators: how much is called, how much is refused, what is slow. So
 * on the port that the world reaches they take METRICS_TOKEN; on METRICS_PORT, which it must not reach, they take the
 * token where there is one.
 */
export function metricsEndpoints(runtime: Runtime): MetricsEndpoints {
  const { metrics, env } = runtime;
  if (!metrics) return { listener: null, server: null };
  const scrape = createScrape(runtime, metrics);
  const listener: Listener = (request, response) => {
    const answer = (plain: PlainAnswer) => {
      const { status, headers, body } = plain;
      if (status !== 200 || isStillSending(request)) return answerAndClose(request, response, plain);
      const isHead = request.method === "HEAD";
      response.writeHead(status, { ...headers, "Content-Length": Buffer.byteLength(body) });
      response.end(isHead ? undefined : body);
    };
    if (!METHODS.includes(request.method ?? ""))
      return answer(problemDocument(runtime, unroutable(METHODS), METRICS_PATH));
    if (env.METRICS_TOKEN && !sameSecret(`Bearer ${env.METRICS_TOKEN}`, request.headers.authorization ?? ""))
      return answer(NEEDS_TOKEN);
    scrape().then(
      (body) => answer({ status: 200, headers: { ...HEADERS, "Content-Type": TEXT }, body }),
      (error: unknown) => {
        runtime.logger.error({ err: error }, "The metrics could not be read");
        answer({ status: 500, headers: { ...HEADERS, "Content-Type": TEXT }, body: "" });
      },
    );
  };
  if (env.METRICS_PORT === undefined) return { listener, server: null };
  return { listener: null, server: createHttpServer(runtime, onlyMetrics(runtime, listener)) };
}

const HEADERS = { "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff" };

/** Prometheus' text format, version 0.0.4. */
const TEXT = "text/plain; version=0.0.4; charset=utf-8";

const NEEDS_TOKEN: PlainAnswer = {
  status: 401,
  headers: {
    ...HEADERS,
    "Content-Type": "application/json",
    "WWW-Authenticate": 'Bearer realm="keyward metrics"',
  },
  body: JSON.stringify({ error: "This needs Authorization: Bearer <METRICS_TOKEN>." }),
};

/** All that is served on a port of their own. */
function onlyMetrics(runtime: Runtime, metrics: Listener): Listener {
  return (request, response) => {
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    if (path === METRICS_PATH) return metrics(request, response);
    const refusal = new AppError("not_found", `Only ${METRICS_PATH} is served here.`);
    answerAndClose(request, response, problemDocument(runtime, refusal, path));
  };
}
