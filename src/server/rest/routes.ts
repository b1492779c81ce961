import { AppError, notFound } from "@/server/core/errors";
import { customerRoutes } from "./resources/customers";
import { jobRoutes } from "./resources/jobs";
import { keyRoutes } from "./resources/keys";
import { licenseUseRoutes } from "./resources/license-use";
import { licenseRoutes } from "./resources/licenses";
import { telemetryRoutes } from "./resources/telemetry";
import type { Route } from "./route";

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

/** The methods that a path has routes for. HEAD comes with GET. */
export function methodsFor(path: string): string[] {
  const plain = decoded(path);
  const methods = PATTERNS.filter(({ pattern }) => pattern.test(plain)).map(({ method }) => method);
  return methods.includes("GET") ? [...methods, "HEAD"] : methods;
}

/**
 * The route that a call would be served by, found as the app finds it; where there is none, what it answers.
 * @param path below the base of an environment, without a query
 */
export function resolveRoute(method: string, path: string): { route: Route } | { refusal: AppError } {
  const plain = decoded(path);
  const asked = method === "HEAD" ? "GET" : method;
  const found = PATTERNS.find((one) => one.method === asked && one.pattern.test(plain));
  return found ? { route: found.route } : { refusal: unroutable(methodsFor(path)) };
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
