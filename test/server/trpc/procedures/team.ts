import { type Fixture, newEmail } from "@test/support/fixture";
import { createAdmin, deactivateAdmin, inviteAdmin } from "@/server/services/admins";
import { PASSWORD } from "../support";
import { accountsOf } from "./accounts";
import { type Procedures, TEAM } from "./procedure";

/** Procedures of the team and of invitations. */
export function teamProcedures(fixture: Fixture): Procedures {
  const { linkEverybody, recoveryCode } = accountsOf(fixture);
  const adminId = async () => {
    const input = { email: newEmail(), password: "correct horse battery", role: "viewer" } as const;
    return { id: (await createAdmin(fixture.context(), input)).id };
  };

  const invitationId = async () => {
    const input = { email: newEmail(), role: "viewer" } as const;
    return { id: (await inviteAdmin(fixture.context(), input)).invitation.id };
  };

  return {
    "admins.list": { type: "query", for: TEAM, environment: null, input: () => undefined },
    "admins.changeRole": {
      type: "mutation",
      confirms: "always",
      for: TEAM,
      environment: null,
      input: async () => ({
        ...(await adminId()),
        role: "viewer",
        environmentRoles: { staging: "operator" },
      }),
    },
    "admins.deactivate": {
      type: "mutation",
      confirms: "always",
      for: TEAM,
      environment: null,
      input: adminId,
    },
    "admins.reactivate": {
      type: "mutation",
      confirms: "always",
      for: TEAM,
      environment: null,
      async input() {
        const { id } = await adminId();
        await deactivateAdmin(fixture.context(), { id });
        return { id };
      },
    },
    "admins.remove": { type: "mutation", confirms: "always", for: TEAM, environment: null, input: adminId },
    "admins.resetSecondFactor": {
      type: "mutation",
      confirms: "always",
      for: TEAM,
      environment: null,
      input: async () => {
        const email = newEmail();
        const { id } = await createAdmin(fixture.context(), { email, password: PASSWORD, role: "viewer" });
        await recoveryCode(id);
        return { id };
      },
    },
    "admins.unlinkIdentities": {
      type: "mutation",
      confirms: "always",
      for: TEAM,
      environment: null,
      async input() {
        const given = await adminId();
        await linkEverybody();
        return given;
      },
    },
    "invitations.list": { type: "query", for: TEAM, environment: null, input: () => undefined },
    "invitations.create": {
      type: "mutation",
      confirms: "always",
      for: TEAM,
      environment: null,
      input: () => ({ email: newEmail(), role: "viewer" }),
    },
    "invitations.renew": {
      type: "mutation",
      confirms: "always",
      for: TEAM,
      environment: null,
      input: invitationId,
    },
    "invitations.revoke": {
      type: "mutation",
      confirms: "always",
      for: TEAM,
      environment: null,
      input: invitationId,
    },
  };
}
