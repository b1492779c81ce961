import { createLoader, type inferParserType, parseAsStringLiteral } from "nuqs/server";
import { ENVIRONMENTS, type Environment } from "@/contracts/environments";
import { EXPLAINED_METHODS, MAX_EXPLAINED_PATH, type RequestExplanation } from "@/contracts/explain";
import { isIpAddress } from "@/contracts/hosts";
import { canonicalOrigin } from "@/contracts/origins";
import { NO_KEY } from "@/contracts/request-queries";
import type { ExplainCallInput } from "@/contracts/schemas/explain";
import { addressParser, idOf, textOf, textThat } from "@/lib/address-field";
import { readKeyOrNone } from "../log-list-state";

/** Where the public API's paths begin: its root and, where the caller wrote it, the environment. */
export const BASE = /^\/api\/v1(?:\/(production|staging|development))?(?=\/)/;

const readPathText = textOf(1, MAX_EXPLAINED_PATH);

/** A path of a call to explain, as `explainCallSchema` takes it. */
function readPath(text: string): string | null {
  const path = readPathText(text);
  return path?.startsWith("/") ? path : null;
}

/**
 * What is to be explained, in the address bar: a call of the log, or one that nobody has to make. A key is there by its id;
 * its secret never is.
 */
export const explainParsers = {
  requestId: addressParser(idOf("req")),
  /** Null: not chosen yet. */
  keyId: addressParser(readKeyOrNone),
  endpoint: parseAsStringLiteral(ENVIRONMENTS).withDefault("production"),
  method: parseAsStringLiteral(EXPLAINED_METHODS).withDefault("GET"),
  path: addressParser(readPath),
  address: addressParser(textThat(isIpAddress)),
  origin: addressParser(textThat((text) => canonicalOrigin(text) === text)),
};

/** Reads it on the server. */
export const loadExplainQuery = createLoader(explainParsers);

export type ExplainQuery = inferParserType<typeof explainParsers>;

/** A call that nobody has to make, as far as it is put together. */
export type CallQuery = Omit<ExplainQuery, "requestId">;

/** The question to the server; null while the key or the path is not chosen. */
export function explainedCall({
  keyId,
  endpoint,
  method,
  path,
  address,
  origin,
}: CallQuery): ExplainCallInput | null {
  if (keyId === null || path === null) return null;
  return { keyId: keyId === NO_KEY ? null : keyId, environment: endpoint, method, path, address, origin };
}

/** A call of the log, to be changed and asked again; null where its method cannot be asked for. */
export function callOf({ logged, environment, method, path, address }: RequestExplanation): CallQuery | null {
  const asked = EXPLAINED_METHODS.find((one) => one === method);
  if (!asked) return null;
  // A credential that is no known key is not the same as none.
  const noKey = logged.refusedBy === null || logged.refusedBy === "credential" ? NO_KEY : null;
  return {
    keyId: logged.key?.id ?? noKey,
    endpoint: environment,
    method: asked,
    path: path.replace(BASE, ""),
    address,
    // The log keeps it with the other headers alone.
    origin: null,
  };
}

/**
 * What the gateway looks at of an address that was typed or pasted: the path below the base, with dot segments resolved as
 * every client does, and without a query, which may hold anything. What leads out of the base stays as it is.
 * @param chosen the endpoint, where the address names none
 */
export function readTarget(typed: string, chosen: Environment): { path: string; endpoint: Environment } {
  const local = typed.trim().replace(/^https?:\/\/[^/?#]*/i, "");
  const [path = ""] = local.split(/[?#]/, 1);
  if (!path.startsWith("/")) return { path, endpoint: chosen };
  const whole = BASE.test(path) ? path : `/api/v1/${chosen}${path}`;
  const { pathname } = new URL(whole, "http://gateway.invalid");
  const base = BASE.exec(pathname);
  if (!base) return { path, endpoint: chosen };
  // The expression lets no other word through.
  const named = base[1] as Environment | undefined;
  return { path: pathname.slice(base[0].length), endpoint: named ?? chosen };
}
