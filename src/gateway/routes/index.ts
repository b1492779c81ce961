import { AppError, notFound } from "@/server/core/errors";
import type { Call } from "../call";
import { customerRoutes } from "./customers";
import { jobRoutes } from "./jobs";
import { keyRoutes } from "./keys";
import { licenseUseRoutes } from "./license-use";
import { licenseRoutes } from "./licenses";
import type { Route } from "./route";
import { telemetryRoutes } from "./telemetry";

/** Every route of the public API, in the order of the description. */
export const ROUTES: readonly Route[] = [
  ...keyRoutes,
  ...customerRoutes,
  ...licenseUseRoutes,
  ...licenseRoutes,
  ...telemetryRoutes,
  ...jobRoutes,
];

export const API_ROOT = "/api/v1";

const PATTERNS = ROUTES.map((route) => ({
  route,
  method: route.method.toUpperCase(),
  pattern: new RegExp(`^${route.path.replace(/\{\w+\}/g, "[^/]+")}$`),
}));

/** Whether a path stands for itself: without parameters, and so never for an id that happens to be spelled like it. */
export const isLiteral = (path: string) => !path.includes("{");

/** What serves a path: the routes of that very path, or else those whose parameters it fits. */
function servedBy(path: string): typeof PATTERNS {
  const plain = decoded(path);
  const own = PATTERNS.filter(({ route }) => route.path === plain);
  return own.length > 0 ? own : PATTERNS.filter(({ pattern }) => pattern.test(plain));
}

/** The methods that a path has routes for. HEAD comes with GET. */
export function methodsFor(path: string): string[] {
  const methods = servedBy(path).map(({ method }) => method);
  return methods.includes("GET") ? [...methods, "HEAD"] : methods;
}

/** A call by what it asks for. */
interface RequestLine extends Pick<Call, "environment"> {
  method: string;
  /** Below the base of the environment, as a client is given it. */
  path: string;
}

/**
 * The route that a call would be served by, found as the app finds it; where there is none, what it answers.
 * @throws AppError validation_failed for a path that leads out of the endpoint: no call arrives here with it
 */
export function resolveRoute({
  environment,
  method,
  path,
}: RequestLine): { route: Route } | { refusal: AppError } {
  const arriving = pathBelow(`${API_ROOT}/${environment}`, path);
  const asked = method === "HEAD" ? "GET" : method;
  const found = servedBy(arriving).find((one) => one.method === asked);
  return found ? { route: found.route } : { refusal: unroutable(methodsFor(arriving)) };
}

/**
 * What arrives below the base. Dot segments, `%2e%2e` among them, and backslashes are resolved before a path is compared
 * with any route (WHATWG URL, section 4.4); a query is no part of it.
 */
function pathBelow(base: string, path: string): string {
  const { pathname } = new URL(base + path, "http://gateway.invalid");
  if (pathname.startsWith(`${base}/`)) return pathname.slice(base.length);
  throw new AppError("validation_failed", "This path leads out of the endpoint.");
}

/** The problem for a path that no route serves: 405 where other methods would have, otherwise 404. */
export function unroutable(allowedMethods: readonly string[]): AppError {
  if (allowedMethods.length === 0) return notFound();
  const allow = allowedMethods.join(", ");
  return new AppError("method_not_allowed", `This path takes: ${allow}.`, { allow });
}

/** Routes are compared after percent-decoding, as Hono does it. */
function decoded(path: string): string {
  try {
    return path.includes("%") ? decodeURI(path) : path;
  } catch {
    return path;
  }
}
