import type { AdminView, TeamMember } from "@/contracts/admins";
import { ROLES, type RoleGrants } from "@/contracts/roles";
import { changeRoleSchema, newAdminSchema } from "@/contracts/schemas/admins";
import { inOrder } from "@/contracts/schemas/roles";
import { folded } from "@/contracts/text";
import { AppError } from "@/server/core/errors";
import { newId } from "@/server/core/ids";
import { parse } from "@/server/core/validation";
import type { ServiceContext } from "@/server/services/context";
import { type Command, type CommandInput, type CommandResult, UsageError } from "../command";
import { NO_PASSWORD_ARGUMENT, passwordSource } from "../password";

const ROLE = {
  about: "admin, or staging=admin,production=viewer",
  value: "role",
  choices: ROLES,
} as const;

const PASSWORD_OPTIONS = {
  "password-stdin": { about: "take the password from standard input; else it is asked for" },
  password: { about: "", refused: NO_PASSWORD_ARGUMENT },
} as const;

const onPerson = { noun: "admin", words: ["<who>"], options: {} } as const;
const EXAMPLE = "ada@example.com";

/** What `--role` says, as the contract's fields. Names that there are not are left for the schema to refuse. */
function grantsOf({ options: { role } }: CommandInput): Record<string, unknown> {
  if (typeof role !== "string" || !role.includes("=")) return { role };
  const entries = role.split(",").map((part) => {
    const [environment, held, ...rest] = part.trim().split("=");
    if (!environment || !held || rest.length > 0)
      throw new UsageError(`--role looks like admin or staging=admin,production=viewer, not like ${role}`);
    return [environment, held] as const;
  });
  const environmentRoles = Object.fromEntries(entries);
  if (Object.keys(environmentRoles).length < entries.length)
    throw new UsageError("--role names an environment twice");
  return { role: "viewer", environmentRoles };
}

/** A role as it is typed. */
function roleText({ role, environmentRoles }: RoleGrants): string {
  if (!environmentRoles) return role;
  return Object.entries(inOrder(environmentRoles))
    .map((entry) => entry.join("="))
    .join(",");
}

function line(admin: AdminView): string {
  return `${admin.id}  ${admin.email}  ${roleText(admin)}`;
}

const shown = (admin: AdminView, remark = ""): CommandResult => ({ text: line(admin) + remark, data: admin });

function memberLine(member: TeamMember): string {
  const seen = member.lastSignInAt ? `last sign-in ${member.lastSignInAt}` : "never signed in";
  const remarks = [member.hasSecondFactor && "second factor", member.deactivatedAt && "deactivated"];
  return [line(member), seen, ...remarks.filter(Boolean)].join("  ");
}

/**
 * Whom the command line names, by e-mail address or id.
 * @throws AppError not_found
 */
async function personOf(ctx: ServiceContext, { words: [who = ""] }: CommandInput): Promise<TeamMember> {
  const { listAdmins } = await import("@/server/services/admins");
  const wanted = folded(who.trim());
  const found = (await listAdmins(ctx)).find(({ id, email }) => id === wanted || folded(email) === wanted);
  if (found) return found;
  throw new AppError("not_found", `There is no such administrator. "admin list" shows who there is.`);
}

export const adminCommands: readonly Command[] = [
  {
    noun: "admin",
    verb: "list",
    summary: "list the administrators",
    example: "admin list",
    words: [],
    options: {},
    prepare: () => async (ctx) => {
      const { listAdmins } = await import("@/server/services/admins");
      const members = await listAdmins(ctx);
      return { text: members.map(memberLine).join("\n") || "No administrators.", data: members };
    },
  },
  {
    noun: "admin",
    verb: "create",
    summary: "add an administrator",
    example: `admin create --email ${EXAMPLE} --role admin`,
    words: [],
    options: {
      email: { about: "to sign in with", value: "address" },
      role: ROLE,
      name: { about: "as Audit shows it", value: "name" },
      ...PASSWORD_OPTIONS,
    },
    prepare(given) {
      const { email, name } = given.options;
      const fields = parse(newAdminSchema, { email, name, ...grantsOf(given) });
      const readPassword = passwordSource(given.options.passwordStdin === true);
      return async (ctx) => {
        const { createAdmin } = await import("@/server/services/admins");
        return shown(await createAdmin(ctx, { ...fields, password: await readPassword() }));
      };
    },
  },
  {
    ...onPerson,
    verb: "reset-password",
    summary: "give an administrator a new password, and sign them out everywhere",
    example: `admin reset-password ${EXAMPLE}`,
    options: PASSWORD_OPTIONS,
    prepare(given) {
      const readPassword = passwordSource(given.options.passwordStdin === true);
      return async (ctx) => {
        const { resetPassword } = await import("@/server/services/admins");
        const { id, deactivatedAt } = await personOf(ctx, given);
        const admin = await resetPassword(ctx, { id, password: await readPassword() });
        return shown(admin, deactivatedAt ? '  deactivated: "admin reactivate" lets them sign in' : "");
      };
    },
  },
  {
    ...onPerson,
    verb: "break-glass",
    summary: "print a link that signs an owner in once, without password and provider",
    example: `admin break-glass ${EXAMPLE}`,
    prepare: (given) => async (ctx) => {
      const { issueSignInLink } = await import("@/server/services/admins");
      const link = await issueSignInLink(ctx, { id: (await personOf(ctx, given)).id });
      return { text: `${link.url}\nWorks once, until ${link.expiresAt}.`, data: link };
    },
  },
  {
    ...onPerson,
    verb: "reset-second-factor",
    summary:
      "take a lost second factor away from an administrator, passkeys too, and sign them out everywhere",
    example: `admin reset-second-factor ${EXAMPLE}`,
    destroys: ({ words: [who] }) => `The password alone signs ${who} in then, until they set up another.`,
    prepare: (given) => async (ctx) => {
      const { resetSecondFactor } = await import("@/server/services/admins");
      const { id, hasSecondFactor } = await personOf(ctx, given);
      return shown(await resetSecondFactor(ctx, { id }), hasSecondFactor ? "" : "  has no second factor");
    },
  },
  {
    ...onPerson,
    verb: "unlink-identities",
    summary: "unlink an administrator's accounts of single sign-on, and sign them out everywhere",
    example: `admin unlink-identities ${EXAMPLE}`,
    destroys: ({ words: [who] }) =>
      `The next account of a provider with the verified address of ${who} is linked.`,
    prepare: (given) => async (ctx) => {
      const { unlinkIdentities } = await import("@/server/services/admins");
      const { id, providers } = await personOf(ctx, given);
      return shown(await unlinkIdentities(ctx, { id }), providers.length > 0 ? "" : "  has none");
    },
  },
  {
    ...onPerson,
    verb: "set-role",
    summary: "give an administrator another role, and sign them out everywhere",
    example: `admin set-role ${EXAMPLE} --role staging=admin,production=viewer`,
    options: { role: ROLE },
    prepare(given) {
      // Whose it is stands in the database; everything else is checked before that is opened.
      const { id: _, ...grants } = parse(changeRoleSchema, { id: newId("adm"), ...grantsOf(given) });
      return async (ctx) => {
        const { changeRole } = await import("@/server/services/admins");
        return shown(await changeRole(ctx, { ...grants, id: (await personOf(ctx, given)).id }));
      };
    },
  },
  {
    ...onPerson,
    verb: "deactivate",
    summary: "shut an administrator out, until they are reactivated",
    example: `admin deactivate ${EXAMPLE}`,
    destroys: ({ words: [who] }) => `${who} is signed out at once, and cannot sign in from now on.`,
    prepare: (given) => async (ctx) => {
      const { deactivateAdmin } = await import("@/server/services/admins");
      return shown(await deactivateAdmin(ctx, { id: (await personOf(ctx, given)).id }));
    },
  },
  {
    ...onPerson,
    verb: "reactivate",
    summary: "let a deactivated administrator sign in again",
    example: `admin reactivate ${EXAMPLE}`,
    prepare: (given) => async (ctx) => {
      const { reactivateAdmin } = await import("@/server/services/admins");
      return shown(await reactivateAdmin(ctx, { id: (await personOf(ctx, given)).id }));
    },
  },
];
