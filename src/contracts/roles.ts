import { PERMISSIONS } from "./permissions";

/** Administrators' roles, most powerful first. */
export const ROLES = ["owner", "admin", "operator", "viewer"] as const;
export type Role = (typeof ROLES)[number];

/** What only administrators do. A key holds permissions alone, so no key can manage keys, read the audit or touch the team. */
const CONSOLE_ACTIONS = [
  "keys:read",
  "keys:manage",
  // Seeing licence keys in full: whoever has one can activate it. To a key that reads licences they are shown always.
  "licenses:reveal",
  "requests:read",
  "audit:read",
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

/** Whether the role may do it. The server decides with this; pages use it only to hide what would be refused. */
export function roleAllows(role: Role, action: Action): boolean {
  return ROLE_ACTIONS[role].includes(action);
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
