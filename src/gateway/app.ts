import { type Context, Hono } from "hono";
import { ENVIRONMENTS, type Environment } from "@/contracts/environments";
import type { Runtime } from "@/server/runtime/runtime";
import { type Call, type Mount, openCall, problemAnswer, toResponse } from "./call";
import { answerPreflight, isPreflight } from "./http/cors";
import { serve } from "./pipeline";
import { API_ROOT, isLiteral, methodsFor, ROUTES, unroutable } from "./routes";
import { openApiDocument } from "./routes/openapi";
import { describe } from "./routes/openapi-answer";
import type { Route } from "./routes/route";

type HonoBindings = { Bindings: Mount };

/** The bases under which all routes stand: the deployment's own environment, and each by name. */
function endpoints(runtime: Runtime): { base: string; environment: Environment }[] {
  return [
    { base: API_ROOT, environment: runtime.env.API_ENVIRONMENT },
    ...ENVIRONMENTS.map((environment) => ({ base: `${API_ROOT}/${environment}`, environment })),
  ];
}

/**
 * The public API: a web-standard fetch handler, mounted on Node's HTTP server and in Next's catch-all route.
 * Every answer is JSON, also for unknown paths, wrong methods and faults; and every call is in the request log.
 */
export function createGateway(runtime: Runtime): Hono<HonoBindings> {
  const app = new Hono<HonoBindings>();
  const description = describe(openApiDocument(ROUTES, runtime));
  const own = { base: API_ROOT, environment: runtime.env.API_ENVIRONMENT };
  const handle = (c: Context<HonoBindings>, endpoint: typeof own, answer: Answering) => {
    const call = openCall(runtime, c.req.raw, c.env ?? {}, endpoint);
    const capacity = runtime.requestLog.waitForCapacity();
    return capacity === null ? answer(call) : capacity.then(() => answer(call), rejectOverloaded(call));
  };
  app.options("*", (c, next) => (isPreflight(c.req.raw) ? answerPreflight() : next()));
  app.get(`${API_ROOT}/openapi.json`, (c) => handle(c, own, (call) => toResponse(call, description(call))));
  const unserved = (c: Context<HonoBindings>, endpoint: typeof own) =>
    handle(c, endpoint, (call) => refuse(call, unroutable(methodsOf(call))));
  // First the paths that stand for themselves, in whatever method: GET /licenses/validate asks for no licence of that id.
  const [literal, others] = [
    ROUTES.filter(({ path }) => isLiteral(path)),
    ROUTES.filter(({ path }) => !isLiteral(path)),
  ];
  for (const endpoint of endpoints(runtime)) {
    const add = (route: Route) =>
      app.on(route.method.toUpperCase(), endpoint.base + honoPath(route.path), (c) =>
        handle(c, endpoint, (call) => serve(call, route, c.req.param())),
      );
    literal.forEach(add);
    for (const { path } of literal) app.all(endpoint.base + path, (c) => unserved(c, endpoint));
    others.forEach(add);
  }
  // Unknown paths are answered without looking at the credential: which paths exist is no secret (openapi.json).
  app.all("*", (c) => unserved(c, endpointOf(c.req.path, runtime)));
  app.onError((error, c) => refuse(openCall(runtime, c.req.raw, c.env ?? {}, own), error));
  return app;
}

/** The endpoint that a path which no route serves was meant for. */
function endpointOf(path: string, runtime: Runtime) {
  const [own, ...named] = endpoints(runtime);
  const found = named.find(({ base }) => path === base || path.startsWith(`${base}/`)) ?? own;
  if (!found) throw new Error("There is always the deployment's own endpoint.");
  return found;
}

type Answering = (call: Call) => Response | Promise<Response>;

/** For the call that found the log full: a row for it would be one more that cannot be held. */
function rejectOverloaded(call: Call): (error: unknown) => Response {
  return (error) => {
    call.unlogged = true;
    return refuse(call, error);
  };
}

function refuse(call: Call, error: unknown): Response {
  return toResponse(call, problemAnswer(call, error));
}

function honoPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ":$1");
}

/** The methods that the path of a call has routes for. */
function methodsOf({ path, base }: Call): string[] {
  if (path === `${API_ROOT}/openapi.json`) return ["GET", "HEAD"];
  return path.startsWith(base) ? methodsFor(path.slice(base.length)) : [];
}
