import { ENVIRONMENTS, type Environment } from "./environments";
import { PERMISSIONS } from "./permissions";

/** Administrators' roles, most powerful first. */
export const ROLES = ["owner", "admin", "operator", "viewer"] as const;
export type Role = (typeof ROLES)[number];

/** What only administrators do. A key holds permissions alone, so no key can read the audit or touch the team. */
const CONSOLE_ACTIONS = [
  // Of a key a part of `keys:manage` (core/authorize.ts).
  "keys:read",
  // Seeing licence keys in full: whoever has one can activate it. To a key that reads licences they are shown always.
  "licenses:reveal",
  "requests:read",
  "audit:read",
  // Where events are sent, and what became of them. Of a key a part of `webhooks:manage`, which takes what happens out of the house.
  "webhooks:read",
  // One's own name, password, second factor and sessions. Every administrator's.
  "profile:manage",
  "team:manage",
  "settings:manage",
] as const;

/** Everything a principal can be allowed to do. */
export const ACTIONS = [...PERMISSIONS, ...CONSOLE_ACTIONS] as const;
export type Action = (typeof ACTIONS)[number];

export const ROLE_DETAILS = {
  owner: { label: "Owner", description: "Everything, including the team and the settings." },
  admin: { label: "Admin", description: "Everything but owners, team and settings." },
  operator: { label: "Operator", description: "Customers, licences and jobs; sees keys." },
  viewer: { label: "Viewer", description: "Sees everything but secrets." },
} as const satisfies Record<Role, { label: string; description: string }>;

const VIEWER: readonly Action[] = [
  "keys:read",
  "licenses:read",
  "customers:read",
  "telemetry:read",
  "jobs:read",
  "requests:read",
  "audit:read",
  "webhooks:read",
  "profile:manage",
];
const OPERATOR: readonly Action[] = [
  ...VIEWER,
  "customers:write",
  "licenses:manage",
  "licenses:validate",
  "licenses:reveal",
  "jobs:write",
];
/** Named by what they may not, so that an action added later is theirs, as "everything" says. */
const ADMIN = ACTIONS.filter((action) => action !== "team:manage" && action !== "settings:manage");
const OWNER = ACTIONS;

const ROLE_ACTIONS: Record<Role, readonly Action[]> = {
  owner: OWNER,
  admin: ADMIN,
  operator: OPERATOR,
  viewer: VIEWER,
};

/**
 * What somebody holds: one role in all environments, or one in each of those named and none elsewhere. Installation-wide
 * actions (team, settings) belong to no environment, and so to nobody of the second kind.
 */
export interface RoleGrants {
  /** In all environments. Of somebody with `environmentRoles` it is `viewer`, and says nothing. */
  role: Role;
  /** Null: `role` holds everywhere. */
  environmentRoles: EnvironmentRoles | null;
}

/** Roles by environment; in one that is not named there is none. Never `owner`, who has what belongs to none of them. */
export type EnvironmentRoles = Partial<Record<Environment, EnvironmentRole>>;
export type EnvironmentRole = Exclude<Role, "owner">;

export const ENVIRONMENT_ROLES = ROLES.filter((role): role is EnvironmentRole => role !== "owner");

/** The role in an environment; null: none, as if the environment were not there. */
export function roleIn({ role, environmentRoles }: RoleGrants, environment: Environment): Role | null {
  return environmentRoles ? (environmentRoles[environment] ?? null) : role;
}

/** The environments that somebody has any role in; null: all there are. */
export function heldEnvironments({ environmentRoles }: RoleGrants): Environment[] | null {
  return environmentRoles && ENVIRONMENTS.filter((one) => environmentRoles[one]);
}

/**
 * Whether somebody may do it in that environment; without one, in any. The server decides with this; pages use it only to
 * hide what would be refused.
 */
export function allows(grants: RoleGrants, action: Action, environment?: Environment | null): boolean {
  if (!grants.environmentRoles) return roleAllows(grants.role, action);
  return ENVIRONMENTS.some((one) => {
    return (!environment || one === environment) && roleAllows(roleIn(grants, one), action);
  });
}

/** Whether the role, null being none, may do it. The server decides with this; pages use it only to hide what would be refused. */
export function roleAllows(role: Role | null, action: Action): boolean {
  return role !== null && ROLE_ACTIONS[role].includes(action);
}

/** In words: "Admin", or "Admin in staging, Viewer in production". */
export function roleLabel({ role, environmentRoles }: RoleGrants): string {
  if (!environmentRoles) return ROLE_DETAILS[role].label;
  const named = ENVIRONMENTS.flatMap((one) => {
    const held = environmentRoles[one];
    return held ? [`${ROLE_DETAILS[held].label} in ${one}`] : [];
  });
  return named.join(", ");
}

/** Roles that may do it, for the sentence "ask an owner or an admin". */
export function rolesAllowing(action: Action): Role[] {
  return ROLES.filter((role) => roleAllows(role, action));
}

/** Whom to ask for something that one's own role does not allow: "an owner or an admin". */
export function whomToAsk(action: Action): string {
  const names = rolesAllowing(action).map((role) => {
    const name = ROLE_DETAILS[role].label.toLowerCase();
    return `${/^[aeiou]/.test(name) ? "an" : "a"} ${name}`;
  });
  return new Intl.ListFormat("en", { type: "disjunction" }).format(names);
}
