import * as z from "zod";
import { ENVIRONMENTS } from "../environments";
import { isLoopbackHost } from "../hosts";
import { ENVIRONMENT_ROLES, type EnvironmentRoles, ROLES, type Role, type RoleGrants } from "../roles";
import type { RoleMapping } from "../single-sign-on";
import { inOrder } from "./roles";
import { emailSchema, text } from "./text";

export const identityIssuerSchema = z.strictObject({ issuer: z.string().min(1).max(500) });

/** Whom a provider has signed in, as far as it is known and checked. */
export const providerPersonSchema = z.strictObject({
  /** Who vouches. With `subject` it names an account for good; an address may be given to somebody else (OpenID Connect Core, section 5.7). */
  issuer: z.string().min(1).max(500),
  /** OpenID Connect Core, section 2: at most 255 ASCII characters, compared exactly. */
  subject: z.string().regex(/^[\x21-\x7e]{1,255}$/, "Must be 1 to 255 ASCII characters"),
  /** Null: none, or one that could not be an address. */
  email: emailSchema.nullable().catch(null),
  /** Whether the provider says that the address is the person's. */
  emailVerified: z.boolean(),
  /** The domain whose addresses this provider gives out or takes away itself; null: it only saw the address once. */
  domain: z.string().max(254).nullable(),
  /** A name that could not be shown is left out: nobody is kept out by it. */
  name: text(0, 100).catch(""),
  /**
   * When the person last showed the provider who they are, where it says so (`auth_time`, OpenID Connect Core, section 2). That
   * may be hours before this sign-in: a provider signs in again without a question whoever has a session there.
   */
  authenticatedAt: z.date().nullable(),
  /** Null: the provider names none. */
  groups: z.array(z.string()).max(10_000).nullable(),
});

export type ProviderPerson = z.infer<typeof providerPersonSchema>;

/** In the clear, whoever sits in between signs in as anybody; on this machine nobody does (OpenID Connect Discovery, section 4). */
export const issuerSchema = z
  .url({ protocol: /^https?$/ })
  .refine(
    (text) => !URL.canParse(text) || text.startsWith("https:") || isLoopbackHost(new URL(text).hostname),
    "Must start with https://",
  )
  .refine((text) => !/[?#]/.test(text), "Must have no query and no fragment");

/** `example.com,example.org` */
export const domainsSchema = z
  .string()
  .toLowerCase()
  .transform((list) => list.split(",").map((domain) => domain.trim()))
  .pipe(z.array(z.hostname("Must be domains such as example.com, separated by commas")));

/** The role of somebody whom nobody has invited. Never owner: whoever gets an address of the domain would own all of it. */
export const defaultRoleSchema = z.enum(
  ROLES.filter((role) => role !== "owner"),
  "Must be admin, operator or viewer",
);

const EVERY_GROUP = "*";
const FORMAT =
  "Must be like admins=admin,ops=operator@staging: a group, a role (owner, admin, operator, viewer), and the environment where it is not for all";

/** `admins=admin,ops=operator@staging`. A group may hold `=`, as those of directories do, and no comma. */
export const roleMapSchema = z.string().transform((value, ctx): RoleMapping[] => {
  const mappings = value.split(",").map(mappingOf);
  if (mappings.every((mapping) => mapping !== null)) return mappings;
  ctx.addIssue({ code: "custom", message: FORMAT });
  return z.NEVER;
});

function mappingOf(entry: string): RoleMapping | null {
  const [, group = "", wanted = "", place] = /^\s*(.+)=([a-z]+)(?:@([a-z]+))?\s*$/.exec(entry) ?? [];
  const role = ROLES.find((one) => one === wanted);
  if (!role || !group.trim()) return null;
  if (place === undefined) return { group: group.trim(), role, environment: null };
  const environment = ENVIRONMENTS.find((one) => one === place);
  const held = ENVIRONMENT_ROLES.find((one) => one === role);
  return environment && held ? { group: group.trim(), role: held, environment } : null;
}

/**
 * What somebody's groups give: in each environment the most powerful role, and everywhere where that is one role given for
 * all of them.
 * @returns null where none of the groups is mapped
 */
export function grantsOfGroups(
  mappings: readonly RoleMapping[],
  groups: readonly string[],
): RoleGrants | null {
  const held = mappings.filter(({ group }) => group === EVERY_GROUP || groups.includes(group));
  if (held.length === 0) return null;
  const everywhere = strongest(held.filter(({ environment }) => environment === null));
  if (everywhere === "owner") return { role: "owner", environmentRoles: null };
  const byEnvironment: EnvironmentRoles = {};
  for (const one of ENVIRONMENTS) {
    const role = strongest(held.filter(({ environment }) => environment === null || environment === one));
    if (role && role !== "owner") byEnvironment[one] = role;
  }
  if (everywhere && ENVIRONMENTS.every((one) => byEnvironment[one] === everywhere))
    return { role: everywhere, environmentRoles: null };
  return { role: "viewer", environmentRoles: inOrder(byEnvironment) };
}

function strongest(mappings: readonly RoleMapping[]): Role | null {
  return ROLES.find((role) => mappings.some((mapping) => mapping.role === role)) ?? null;
}
