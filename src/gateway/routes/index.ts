import { AppError, noSuchPath } from "@/server/core/errors";
import type { Call } from "../call";
import { callingKeyRoutes } from "./calling-key";
import { customerRoutes } from "./customers";
import { jobRoutes } from "./jobs";
import { licenseUseRoutes } from "./license-use";
import { licenseRoutes } from "./licenses";
import { managedKeyRoutes } from "./managed-keys";
import { permissionAsked, type Route } from "./route";
import { telemetryRoutes } from "./telemetry";
import { GATE_PATH, verificationRoutes } from "./verification";
import { webhookRoutes } from "./webhooks";

/** Every route of the public API, in the order of the description. */
export const ROUTES: readonly Route[] = [
  ...callingKeyRoutes,
  ...verificationRoutes,
  ...managedKeyRoutes,
  ...customerRoutes,
  ...licenseUseRoutes,
  ...licenseRoutes,
  ...telemetryRoutes,
  ...jobRoutes,
  ...webhookRoutes,
];

export const API_ROOT = "/api/v1";

/**
 * Whether a path is the gate's. A browser's question whether it may call is for whoever serves the call, and the gate
 * does not: a proxy that hands it on would take the yes to that question for one to the call itself.
 * @param path below the base of the environment
 */
export function isOfGate(path: string): boolean {
  return path === GATE_PATH || path.startsWith(`${GATE_PATH}/`);
}

/** Whether a route is the gate, by whichever address it is asked. */
export function isGate({ name }: Pick<Route, "name">): boolean {
  return verificationRoutes.some((route) => route.asks && route.name === name);
}

/**
 * The path of a gate that a proxy asks by its path, up to the permission; null: of any other call. What follows it, and the query,
 * are of a call to another service, and hold secrets of that service's, such as in a link to set a new password.
 * @param path below the base of the environment
 */
export function gateAsked(path: string): string | null {
  const start = `${GATE_PATH}/`;
  if (!path.startsWith(start)) return null;
  const end = path.indexOf("/", start.length);
  return end < 0 ? path : path.slice(0, end);
}

const PATTERNS = ROUTES.map((route) => ({
  route,
  method: route.method.toUpperCase(),
  parameters: [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name),
  pattern: new RegExp(
    `^${route.path.replace(/\{\w+\}/g, "([^/]+)")}${route.asks === "path" ? "(?:/[^]*)?" : ""}$`,
  ),
}));

/** Paths that stand for themselves, and never for an id that happens to be spelled like them, in whatever method. */
const LITERALS = new Map(
  PATTERNS.filter(({ parameters }) => parameters.length === 0).map(({ route }) => [
    route.path as string,
    PATTERNS.filter((other) => other.route.path === route.path),
  ]),
);
const TEMPLATES = PATTERNS.filter(({ parameters }) => parameters.length > 0);

/** What serves a path in a method; where nothing does, the methods in which something would. */
type Match = { route: Route; params: Record<string, string> } | { methods: string[] };

/**
 * The route for a call. HEAD comes with GET (RFC 9110, section 9.3.2).
 * @param path below the base of the environment, as `decodedPath` leaves it
 */
export function matchRoute(method: string, path: string): Match {
  const asked = method === "HEAD" ? "GET" : method;
  const methods: string[] = [];
  for (const { route, method: own, pattern, parameters } of LITERALS.get(path) ?? TEMPLATES) {
    const found = pattern.exec(path);
    if (!found) continue;
    methods.push(own);
    if (own !== asked && route.asks !== "path") continue;
    const params = Object.fromEntries(
      parameters.map((name, at) => [name, decodedWhole(found[at + 1] ?? "")]),
    );
    return { route, params };
  }
  return { methods: methods.includes("GET") ? [...methods, "HEAD"] : methods };
}

/** A call by what it asks for. */
interface RequestLine extends Pick<Call, "environment"> {
  method: string;
  /** Below the base of the environment, as a client is given it. */
  path: string;
}

/**
 * The route that a call would be served by, found as the app finds it, with what it asks of the key; where there is none, what
 * it answers.
 * @throws AppError validation_failed for a path that leads out of the endpoint: no call arrives here with it
 */
export function resolveRoute({
  environment,
  method,
  path,
}: RequestLine): { route: Pick<Route, "name"> & { permission: string | null } } | { refusal: AppError } {
  const { pathname, query } = targetBelow(`${API_ROOT}/${environment}`, path);
  const found = matchRoute(method, decodedPath(pathname));
  if (!("route" in found)) return { refusal: unroutable(found.methods) };
  const { route, params } = found;
  return { route: { name: route.name, permission: permissionAsked(route, params, query) } };
}

/**
 * What arrives below the base. Dot segments, `%2e%2e` among them, and backslashes are resolved before a path is compared
 * with any route (WHATWG URL, section 4.4); a query is no part of it.
 */
function targetBelow(base: string, path: string): { pathname: string; query: string } {
  const { pathname, search } = new URL(base + path, "http://gateway.invalid");
  if (pathname.startsWith(`${base}/`))
    return { pathname: pathname.slice(base.length), query: search.slice(1) };
  throw new AppError("validation_failed", "This path leads out of the endpoint.");
}

/** The problem for a path that no route serves: 405 where other methods would have, otherwise 404. */
export function unroutable(allowedMethods: readonly string[]): AppError {
  if (allowedMethods.length === 0) return noSuchPath();
  const allow = allowedMethods.join(", ");
  return new AppError("method_not_allowed", `This path takes: ${allow}.`, { allow });
}

/** A path in the form in which it is compared with routes: percent-decoded but for what would change its segments. */
export function decodedPath(path: string): string {
  return path.includes("%") ? decodedBy(decodeURI, path) : path;
}

/** A segment of such a path, with an encoded slash decoded as well. */
function decodedWhole(segment: string): string {
  return segment.includes("%") ? decodedBy(decodeURIComponent, segment) : segment;
}

/** What encodes no text stays as it is. */
function decodedBy(decode: (text: string) => string, text: string): string {
  try {
    return decode(text);
  } catch {
    return text;
  }
}
