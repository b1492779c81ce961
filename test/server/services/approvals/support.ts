import { type Fixture, newEmail } from "@test/support/fixture";
import { expect } from "vitest";
import type { Environment } from "@/contracts/environments";
import type { Permission } from "@/contracts/permissions";
import type { EnvironmentRoles, Role } from "@/contracts/roles";
import type { CreateKeyInput } from "@/contracts/schemas/keys";
import type { AdminPrincipal } from "@/server/core/principal";
import { createAdmin } from "@/server/services/admins";
import { askApproval } from "@/server/services/approvals";
import { changeKeyPolicy } from "@/server/services/key-policies";

/** What the tests of approvals do again and again, on a fixture. */
export function approvalsOf(fixture: Fixture) {
  /** Somebody of the team, and what they do it with. */
  const person = async (role: Role = "admin", environmentRoles: EnvironmentRoles | null = null) => {
    const input = { email: newEmail(), password: "correct horse battery", role, name: "", environmentRoles };
    const principal: AdminPrincipal = { kind: "admin", ...(await createAdmin(fixture.context(), input)) };
    return { ...principal, ctx: fixture.context(principal) };
  };
  const wanted = (deviations: Partial<CreateKeyInput> = {}) => ({
    name: "Billing",
    environment: "production" as const,
    permissions: ["licenses:manage" as const],
    ...deviations,
  });
  return {
    person,
    wanted,
    /** From now on these take a second person. */
    require: (permissions: Permission[], environment: Environment = "production") =>
      changeKeyPolicy(fixture.context(), { environment, rules: { approvalPermissions: permissions } }),
    askNew: async (
      by: { ctx: Parameters<typeof askApproval>[0] },
      deviations: Partial<CreateKeyInput> = {},
    ) => askApproval(by.ctx, { kind: "create", input: wanted(deviations) }),
  };
}

/** A refusal that a second person could lift. */
export const needsApproval = (environment: Environment, permissions: string) =>
  expect.objectContaining({
    code: "validation_failed",
    extensions: {
      errors: [
        {
          path: "permissions",
          message: `Keys of ${environment} with ${permissions} need a second person's approval (policy).`,
          code: "approval",
        },
      ],
    },
  });
