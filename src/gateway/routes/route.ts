import type { z } from "zod";
import { PERMISSION_NAME, type Permission } from "@/contracts/permissions";
import type { ProblemCode } from "@/contracts/problems";
import type { AuthResult } from "@/gateway/authenticate/checks";
import type { VerifiedKey } from "@/gateway/authenticate/verified-key";
import type { Download } from "@/server/core/download";
import type { KeyPrincipal } from "@/server/core/principal";
import type { ServiceContext } from "@/server/services/context";
import type { Examples } from "./examples/example";

/** A key that a call asks about, which is not its own. */
export interface AskedKey {
  /** As it was shown to whoever asks; empty: none was. */
  credential: string;
  /** What it is to hold; null: nothing but to be good. */
  permission: string | null;
  /** Of the client who showed it; null: unknown. */
  address: string | null;
  /** Of the client's page; null: there is none. */
  origin: string | null;
}

/** What a handler gets: the key's context and the parsed input. */
export interface RouteCall<Params, Query, Body> {
  ctx: ServiceContext & { principal: KeyPrincipal };
  /** The calling key as the gateway read it. */
  key: VerifiedKey;
  params: Params;
  query: Query;
  body: Body;
  /** The header Accept, for a route whose answer has several forms. */
  accept: string | undefined;
  /** The path below the base, turned into one of this call's own base, for Location. */
  link(path: string): string;
  /** Runs the gateway's checks on another key than the calling one. */
  check(asked: AskedKey): Promise<AuthResult>;
}

interface AnswerHead {
  status: 200 | 201 | 202;
  headers?: Record<string, string>;
}

/**
 * A successful answer: `body` becomes JSON; a file is given out part by part, each read with a context of its own
 * (reauthenticateCall), so that what a key lost since, the parts to come are not given.
 */
export type Answer = AnswerHead & ({ body: unknown } | { file: Download<ServiceContext> });

/** A header of single routes. What is said of it is in gateway/openapi/headers.ts. */
type OwnHeader =
  | "Location"
  | "Content-Disposition"
  | "Vary"
  | "X-Keyward-Key-Id"
  | "X-Keyward-Permissions"
  | "X-Keyward-Customers";

/** What a route answers with one status. */
export interface ResponseDeclaration {
  description: string;
  /** Default: application/json. */
  contentType?: string;
  /** Another form of the same answer, for whoever would rather have it (RFC 9110, section 12.1). */
  alternativeType?: string;
  schema: z.ZodType;
  /** Headers of its own. */
  headers?: readonly OwnHeader[];
}

/** That a route will go in a later version (docs/guides/versioning.md). */
export interface Deprecation {
  /** The day from which it counts, in UTC; may lie ahead. */
  since: IsoDay;
  /** The day from which the route may be gone: twelve months after `since` at the earliest. Absent: not decided. */
  sunset?: IsoDay;
  /** The path of the route that takes its place, in the same method; parameters by the names that they have here. */
  successor?: `/${string}`;
}

/** Such as `2027-01-31`. */
type IsoDay = `${number}-${number}-${number}`;

/** A public route as one declaration: its policy is seen at a glance, and the pipeline and OpenAPI read nothing else. */
interface RouteDeclaration<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType> {
  /** operationId, `noun.verb`. */
  id: string;
  method: "get" | "post" | "patch" | "delete";
  /** Below the base of an environment; parameters as `{id}`. */
  path: `/${string}`;
  /** What it does, in one line. */
  summary: string;
  /** What else whoever calls it has to know. */
  description?: string;
  /** What the key must hold; `null` where any good key will do. There is no default: a forgotten policy does not compile. */
  permission: Permission | null;
  /**
   * Of the gate, which reverse proxies ask about a call of their client's: where the permission stands that the key must hold,
   * in place of the one above. Where it stands in the path, the method, the rest of the path and the query are the client's:
   * any method and anything below the path is taken, and none of it has a meaning.
   */
  asks?: "query" | "path";
  /**
   * The pool that its verb works on. Default: that of the environment. `owner`: for tables which the public API's roles do not see,
   * of what decides about others. Row-level security does not hold there: the verb says which rows, and asks again which key calls
   * (services/calling-key).
   */
  database?: "owner";
  /** Whether it tells when the key was last used, which then is looked up with the key. Default: no. */
  lastUse?: boolean;
  input: {
    /** A parameter that does not parse is a record that does not exist: 404. */
    params?: Params;
    /** Unknown parameters are refused. */
    query?: Query;
    /** Absent: the route reads no body, whatever is sent. */
    body?: Body;
  };
  /** Whether a call without any body is one with `{}`. For steps whose every field is optional. Default: no. */
  bodyOptional?: boolean;
  /**
   * Whether a repeat under an Idempotency-Key gets the first answer. Default: yes, for every POST. Not for one that changes
   * nothing and whose answer is true for the moment: an old verdict would let a revoked key in for a day.
   */
  replayed?: false;
  /**
   * The member of the answer that is told once, a secret: a repeat under an Idempotency-Key gets the same answer with null in its
   * place, and it is stored nowhere.
   */
  revealsOnce?: string;
  /** The largest body it takes, in bytes; a bound of contracts/bounds.ts. Default: 1 MiB. */
  maxBodyBytes?: number;
  responses: Partial<Record<Answer["status"], ResponseDeclaration>>;
  /** Present: the route will go in a later version, as every answer of it says. */
  deprecated?: Deprecation;
  /** Refusals beyond those every route has, for the description. */
  problems: readonly ProblemCode[];
  /** Calls and their answers, for the description, which a test makes. There is no default: a route without one does not compile. */
  examples: Examples;
}

/** A route as the pipeline runs it, input types erased. */
export interface Route extends RouteDeclaration<z.ZodObject, z.ZodObject, z.ZodType> {
  handler(call: RouteCall<unknown, unknown, unknown>): Promise<Answer>;
  /** How it is called on record: method and template, such as `GET /customers/{id}`. */
  name: string;
}

/**
 * Whether a route takes Idempotency-Key: every POST does, by its method, so that none can forget, unless it says why not. The
 * second answer to a retried step, such as a revoke whose first answer was lost, would else be a 409 or 404.
 */
export function takesIdempotencyKey({ method, replayed }: Pick<Route, "method" | "replayed">): boolean {
  return method === "post" && replayed !== false;
}

/**
 * What a call's key must hold; null where any good key will do. A name that is none asks for nothing here: the call is refused
 * when its input is read.
 * @param query as it came, without the question mark
 */
export function permissionAsked(
  { permission, asks }: Pick<Route, "permission" | "asks">,
  params: Readonly<Record<string, string>>,
  query: string,
): string | null {
  if (!asks) return permission;
  const name = asks === "path" ? params.permission : new URLSearchParams(query).get("permission");
  return name && PERMISSION_NAME.test(name) ? name : null;
}

/** Declares a route with a handler of one to three lines. */
export function defineRoute<
  Params extends z.ZodObject = z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType = z.ZodType,
>(
  declaration: RouteDeclaration<Params, Query, Body>,
  handler: (call: RouteCall<z.output<Params>, z.output<Query>, z.output<Body>>) => Promise<Answer>,
): Route {
  const name = `${declaration.method.toUpperCase()} ${declaration.path}`;
  if (declaration.deprecated) requireNotice(name, declaration.deprecated);
  // The pipeline parses with these very schemas before it calls the handler, so the types hold.
  return { ...declaration, name, handler: handler as Route["handler"] };
}

/** @throws Error for a day that is none, or a sunset before the twelve months that callers are promised */
function requireNotice(name: string, { since, sunset }: Deprecation): void {
  const promised = new Date(since);
  promised.setUTCFullYear(promised.getUTCFullYear() + 1);
  const gone = sunset ? Date.parse(sunset) : promised.getTime();
  if (!(gone >= promised.getTime()))
    throw new Error(`${name} goes at ${sunset}, less than twelve months after ${since}.`);
}
