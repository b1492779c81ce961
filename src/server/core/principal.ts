import type { ConfirmationWay } from "@/contracts/confirmation";
import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import { heldEnvironments, type RoleGrants } from "@/contracts/roles";
import { type CleanText, cleaned } from "@/contracts/text";
import { notFound } from "./errors";

/** An administrator with a session. */
export interface AdminPrincipal extends RoleGrants {
  kind: "admin";
  id: Id<"adm">;
  email: string;
  name: string;
  /** What pages show times in; absent where nobody looks. */
  timeZone?: string | undefined;
  /** Absent: works on without one, as a job does. */
  sessionId?: Id<"ses"> | undefined;
  /** Of whoever has a session: whether its holder has shown lately who they are, and how they can. */
  confirmation?: Confirmation | undefined;
  /** Of whoever has a session. */
  hasSecondFactor?: boolean | undefined;
  /** Everybody has to have a second factor, and they have none yet. */
  lacksSecondFactor?: boolean | undefined;
}

export interface Confirmation {
  isFresh: boolean;
  /** None: by signing in again alone. */
  ways: readonly ConfirmationWay[];
}

/** An integration that showed a good key. */
export interface KeyPrincipal {
  kind: "key";
  id: Id<"key">;
  name: string;
  environment: Environment;
  permissions: readonly string[];
  /** `null`: every customer of the environment. A list, even an empty one: these and no others. */
  customers: readonly Id<"cus">[] | null;
  /** Digests of the secret that the call showed, where a verb looks at the key again (services/calling-key). */
  digests?: readonly Buffer[] | undefined;
}

/** Keyward itself: the command line, the set-up, a start. May do everything; what it did is on record under its name. */
export interface SystemPrincipal {
  kind: "system";
  name:
    | "command line"
    | "set-up"
    | "invitation"
    | "sign-in"
    | "start"
    | "jobs"
    | "policy"
    | "request log"
    | "metrics";
}

/** Who acts. A closed union: every verb serves every plane. */
export type Principal = AdminPrincipal | KeyPrincipal | SystemPrincipal;

/** The environment that a principal is confined to, a key to its own; undefined: to none. */
export function environmentOf(principal: Principal): Environment | undefined {
  return principal.kind === "key" ? principal.environment : undefined;
}

/** The environments that a principal knows of: a key's own, those that an administrator has a role in; null: all. */
export function environmentsOf(principal: Principal): readonly Environment[] | null {
  if (principal.kind === "key") return [principal.environment];
  return principal.kind === "admin" ? heldEnvironments(principal) : null;
}

/** The customers that a principal is restricted to, which may be none at all; null: it is not restricted. */
export function customerScopeOf(principal: Principal): readonly Id<"cus">[] | null {
  return principal.kind === "key" ? principal.customers : null;
}

/**
 * The administrator who acts on what is their own.
 * @throws AppError not_found for everybody else: nothing here is theirs
 */
export function administratorOf(principal: Principal): AdminPrincipal {
  if (principal.kind !== "admin") throw notFound();
  return principal;
}

/**
 * How a principal is called on record. A key says that it is one, in a form that no e-mail address and no name of Keyward's own has:
 * one with `keys:manage` may rename itself, and would pass for an administrator wherever the name is all that is shown.
 */
export function principalName(principal: Principal): CleanText {
  if (principal.kind === "key") return cleaned(`key "${principal.name}"`);
  return cleaned(principal.kind === "admin" ? principal.email : principal.name);
}
