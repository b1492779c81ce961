import * as z from "zod";
import { ENVIRONMENTS, type Environment } from "../environments";
import { ENVIRONMENT_ROLES, type EnvironmentRoles, ROLES, type RoleGrants } from "../roles";
import "./words";

const environmentRoleSchema = z
  .enum(ENVIRONMENT_ROLES, "Must be admin, operator or viewer. An owner is one in all environments")
  .optional();

/** What of an input says which role somebody gets. */
export const grantsShape = {
  role: z.enum(ROLES, "Must be owner, admin, operator or viewer"),
  environmentRoles: z
    .strictObject({
      production: environmentRoleSchema,
      staging: environmentRoleSchema,
      development: environmentRoleSchema,
    } satisfies Record<Environment, typeof environmentRoleSchema>)
    .refine((roles) => Object.values(roles).some((role) => role), "Must name a role in an environment")
    .transform(inOrder)
    .nullable()
    .default(null),
};

/**
 * Refuses a role everywhere beside roles by environment: whoever reads the request must not be in doubt which of them counts.
 * With those, `role` is `viewer`, as everywhere else.
 */
export function refuseTwoGrants({ role, environmentRoles }: RoleGrants, ctx: z.RefinementCtx): void {
  if (!environmentRoles || role === "viewer") return;
  const message = "Must be viewer where roles are held by environment";
  ctx.addIssue({ code: "custom", path: ["role"], message });
}

/** Without what was left out, and always in the same order, so that equal ones are alike in the audit. */
export function inOrder(roles: EnvironmentRoles): EnvironmentRoles {
  const held = ENVIRONMENTS.filter((one) => roles[one]);
  return Object.fromEntries(held.map((one) => [one, roles[one]]));
}
