import { ENVIRONMENTS, type Environment } from "@/contracts/environments";
import type { Runtime } from "@/server/runtime/runtime";
import { type Call, finish, openCall, problemAnswer, type WireAnswer } from "./call";
import { answerPreflight, isPreflight } from "./http/cors";
import type { GatewayRequest } from "./http/request";
import { describe } from "./openapi/answer";
import { serve } from "./pipeline";
import { API_ROOT, decodedPath, gateAsked, isOfGate, matchRoute, ROUTES, unroutable } from "./routes";

/** Answers a request to the public API. It never throws: whatever goes wrong is a problem document. */
export type Gateway = (request: GatewayRequest) => WireAnswer | Promise<WireAnswer>;

/** Where routes stand, and whose rows they serve. */
interface Endpoint {
  base: string;
  environment: Environment;
}

const DESCRIPTION_METHODS = ["GET", "HEAD"];

/**
 * The public API: a function from a request to an answer, mounted on Node's HTTP server (http/node-listener.ts) and in Next's
 * catch-all route (http/fetch-handler.ts). Every answer is JSON, also for unknown paths, wrong methods and faults; and
 * every call is in the request log.
 */
export function createGateway(runtime: Runtime): Gateway {
  const descriptions = describedIn(runtime);
  const own: Endpoint = { base: API_ROOT, environment: runtime.env.API_ENVIRONMENT };
  const named = ENVIRONMENTS.map((environment) => ({ base: `${API_ROOT}/${environment}`, environment }));
  const endpointOf = (path: string) =>
    named.find(
      ({ base }) => path.startsWith(base) && (path.length === base.length || path[base.length] === "/"),
    ) ?? own;
  const answer = (call: Call, path: string) => {
    const description = descriptions.get(path);
    if (description) {
      return DESCRIPTION_METHODS.includes(call.request.method)
        ? description(call.request).then(
            (answer) => finish(call, answer),
            (error) => refuse(call, error),
          )
        : refuse(call, unroutable(DESCRIPTION_METHODS));
    }
    // Unknown paths are answered without looking at the credential: which paths exist is no secret (openapi.json).
    const found = matchRoute(call.request.method, path.slice(call.base.length));
    return "route" in found
      ? serve(call, found.route, found.params)
      : refuse(call, unroutable(found.methods));
  };
  return (request) => {
    const path = decodedPath(request.path);
    const endpoint = endpointOf(path);
    const below = path.slice(endpoint.base.length);
    if (isPreflight(request) && !isOfGate(below)) return answerPreflight();
    const call = openCall(runtime, request, endpoint, gateAsked(below));
    const capacity = runtime.requestLog.waitForCapacity();
    return capacity === null
      ? answer(call, path)
      : capacity.then(() => answer(call, path), rejectOverloaded(call));
  };
}

/**
 * What describes the API, by path: as OpenAPI, and for Postman. It needs no key, and stands once: it is the same in all
 * environments.
 */
function describedIn({ baseUrl }: Runtime): ReadonlyMap<string, ReturnType<typeof describe>> {
  // Not with the start, of which its texts and schemas are no part.
  const openApi = async () => (await import("./openapi/document")).openApiDocument(ROUTES, baseUrl);
  const collection = async () => (await import("./openapi/postman")).postmanCollection(await openApi());
  return new Map([
    [`${API_ROOT}/openapi.json`, describe(openApi)],
    [`${API_ROOT}/postman/collection.json`, describe(collection, "keyward.postman_collection.json")],
    ...ENVIRONMENTS.map((environment) => {
      const settings = async () =>
        (await import("./openapi/postman")).postmanEnvironment(environment, baseUrl);
      const fileName = `keyward-${environment}.postman_environment.json`;
      return [`${API_ROOT}/postman/${environment}.json`, describe(settings, fileName)] as const;
    }),
  ]);
}

/** For the call that found the log full: a row for it would be one more that cannot be held. */
function rejectOverloaded(call: Call): (error: unknown) => WireAnswer {
  return (error) => {
    call.unlogged = true;
    return refuse(call, error);
  };
}

function refuse(call: Call, error: unknown): WireAnswer {
  return finish(call, problemAnswer(call, error));
}
