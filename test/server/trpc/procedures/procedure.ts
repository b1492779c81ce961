import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import type { Role } from "@/contracts/roles";

export type Procedure = ProcedureFacts &
  (
    | { type: "query" }
    // Whether it asks whoever signed in long ago to confirm that it is them.
    | { type: "mutation"; confirms: "always" | "in production" | "never" }
  );

interface ProcedureFacts {
  type: "query" | "mutation";
  /** Who may call it, said apart from contracts/roles.ts. */
  for: readonly Role[];
  /** Where what the input names is; null: it names nothing of an environment. */
  environment: Environment | null;
  /** Open to somebody who has no second factor, where everybody has to have one. */
  enrols?: true;
  /** It changes the account that it is called with, so it takes one of its own. */
  ownAccount?: true;
  /** Input that is right for everybody who may. @param caller whose it is, with `ownAccount` */
  input(caller?: Id<"adm">): Promise<unknown> | unknown;
}

export const EVERYBODY: readonly Role[] = ["owner", "admin", "operator", "viewer"];
export const WORK: readonly Role[] = ["owner", "admin", "operator"];
export const CUSTOMERS: readonly Role[] = ["owner", "admin", "operator"];
export const KEYS: readonly Role[] = ["owner", "admin"];
export const SETTINGS: readonly Role[] = ["owner"];
export const TEAM: readonly Role[] = ["owner"];

/** By name. */
export type Procedures = Record<string, Procedure>;

/** Input that names a key of its own. One function for all that take no more, by which a test knows them. */
export type KeyInput = () => Promise<{ id: Id<"key"> }>;
