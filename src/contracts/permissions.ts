interface PermissionDetails {
  /** The name administrators see. */
  label: string;
  /** What a holder of the permission can do, in one plain sentence. */
  description: string;
  /** The same as verb and object, of which the form's and the dialogs' warnings are made. */
  power: readonly [verb: string, object: string];
  resource: "Licences" | "Customers" | "Telemetry" | "Jobs" | "Keys" | "Webhooks";
  /** Permissions that holding this one grants as well. Never more than what is written here. */
  implies: readonly string[];
}

/** The catalogue of the public API. Types, checks, the form in the console and the OpenAPI description derive from it. */
export const PERMISSION_DETAILS = {
  "licenses:read": {
    label: "License Read",
    description: "List and get licences and their activations.",
    power: ["read", "licences"],
    resource: "Licences",
    implies: [],
  },
  "licenses:manage": {
    label: "License Management",
    description: "Create, change, delete, suspend, reinstate and revoke licences; bulk generation.",
    power: ["change", "licences"],
    resource: "Licences",
    implies: ["licenses:read"],
  },
  "licenses:validate": {
    label: "License Validation",
    description:
      "Validate, activate and deactivate: all that an app shipped to end users needs. Shows of a licence what the app needs.",
    power: ["validate", "licences"],
    resource: "Licences",
    implies: [],
  },
  "customers:read": {
    label: "Customer Read",
    description: "List and get customers.",
    power: ["read", "customers"],
    resource: "Customers",
    implies: [],
  },
  "customers:write": {
    label: "Customer Write",
    description: "Create, change and delete customers.",
    power: ["change", "customers"],
    resource: "Customers",
    implies: ["customers:read"],
  },
  "telemetry:read": {
    label: "Telemetry Read",
    description: "Query events.",
    power: ["read", "telemetry"],
    resource: "Telemetry",
    implies: [],
  },
  "telemetry:write": {
    label: "Telemetry Write",
    description: "Send events; not read them: this one is shipped inside apps.",
    power: ["send", "telemetry"],
    resource: "Telemetry",
    implies: [],
  },
  "jobs:read": {
    label: "Job Read",
    description: "List and get jobs, fetch their results.",
    power: ["read", "jobs"],
    resource: "Jobs",
    implies: [],
  },
  "jobs:write": {
    label: "Job Management",
    description: "Start and cancel jobs; the work itself needs its own permission too.",
    power: ["start", "jobs"],
    resource: "Jobs",
    implies: ["jobs:read"],
  },
  "keys:verify": {
    label: "Key Verification",
    description: "Ask whether another key is good, for services of your own.",
    power: ["check", "other keys"],
    resource: "Keys",
    implies: [],
  },
  "keys:manage": {
    label: "Key Management",
    description:
      "Create, list, change, regenerate, revoke, reactivate and delete keys, within what this key itself may do.",
    power: ["hand out", "keys"],
    resource: "Keys",
    implies: [],
  },
  "webhooks:manage": {
    label: "Webhook Management",
    description:
      "Set up, see, change, test and delete webhook endpoints of its environment, for events that this key may read itself.",
    power: ["have events sent", "elsewhere"],
    resource: "Webhooks",
    implies: [],
  },
} as const satisfies Record<string, PermissionDetails>;

export type Permission = keyof typeof PERMISSION_DETAILS;

/** Every permission, in the order of the catalogue. */
export const PERMISSIONS = Object.keys(PERMISSION_DETAILS) as [Permission, ...Permission[]];

/**
 * What decides about others: who may call, or who is told of what happens. To be chosen by itself, and so a part of no starting
 * point: nobody is to get it who only wanted a key for all records.
 */
export const DECIDING_PERMISSIONS: readonly Permission[] = ["keys:manage", "webhooks:manage"];

/** How a permission is called: what it is about, and what may be done with it. */
export const PERMISSION_NAME = /^[a-z][a-z0-9-]{0,30}:[a-z][a-z0-9-]{0,30}$/;

/**
 * Resources of which nobody else defines a permission: those of the catalogue, and of what Keyward has or may have. A name that
 * is in nobody's hands today must not grant something tomorrow that its holders were never meant to have.
 */
export const RESERVED_RESOURCES: readonly string[] = [
  "licenses",
  "customers",
  "telemetry",
  "jobs",
  "keys",
  "webhooks",
  "key",
  "gate",
  "keyward",
  "activations",
  "events",
  "findings",
  "audit",
  "logs",
  "requests",
  "usage",
  "settings",
  "policies",
  "environments",
  "permissions",
  "verify",
  "admin",
  "admins",
  "team",
  "sessions",
  "account",
  "api",
];

/** How many permissions of one's own there can be: every page that offers them has all. */
export const MAX_OWN_PERMISSIONS = 200;

/** A permission that was defined here, for services that are not Keyward. It opens nothing of Keyward's own. */
export interface OwnPermission {
  name: string;
  label: string;
  description: string;
  /** Other permissions of this kind that holding it grants as well. Never more than what is written here. */
  implies: readonly string[];
}

/** Whether it is one of the catalogue. */
export function isPermission(value: string): value is Permission {
  return Object.hasOwn(PERMISSION_DETAILS, value);
}

/**
 * Whether `granted` opens `needed`, directly or by implication.
 * Takes plain strings because it reads what a database row says: a string the catalogue does not know grants nothing,
 * so a permission removed from the catalogue, or written by hand into the table, cannot open a route.
 */
export function grants(granted: readonly string[], needed: Permission): boolean {
  return granted.some((permission) => {
    if (!isPermission(permission)) return false;
    return (
      permission === needed || (PERMISSION_DETAILS[permission].implies as readonly string[]).includes(needed)
    );
  });
}

/** Every permission of the catalogue that permissions open: they themselves, and what they include. */
export function includedPermissions(granted: readonly string[]): Permission[] {
  return PERMISSIONS.filter((permission) => grants(granted, permission));
}

/** Starting points in the create form. */
export const PERMISSION_PRESETS = {
  readOnly: {
    label: "Read only",
    permissions: PERMISSIONS.filter((permission) => permission.endsWith(":read")),
  },
  licenseValidation: {
    label: "Licence validation for apps",
    permissions: ["licenses:validate", "telemetry:write"],
  },
  full: {
    label: "Full access",
    permissions: PERMISSIONS.filter((permission) => !DECIDING_PERMISSIONS.includes(permission)),
  },
} as const satisfies Record<string, { label: string; permissions: readonly Permission[] }>;
