import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { grants, PERMISSIONS, type Permission } from "@/contracts/permissions";
import { ACTIONS, type Action, ROLES, type Role, rolesAllowing } from "@/contracts/roles";
import { authorize, isAllowed, mayShow, refusalFor, requireUnscoped } from "@/server/core/authorize";
import { AppError } from "@/server/core/errors";
import { newId } from "@/server/core/ids";
import type { KeyPrincipal, Principal } from "@/server/core/principal";

function adminOf(role: Role): Principal {
  return {
    kind: "admin",
    id: newId("adm"),
    email: `${role}@acme.example`,
    name: "",
    role,
    environmentRoles: null,
  };
}

function keyWith(permissions: readonly string[]): KeyPrincipal {
  return { kind: "key", id: newId("key"), name: "k", environment: "staging", permissions, customers: null };
}

/** Table "Permissions" of public-api.md. */
const CATALOG = [
  "licenses:read",
  "licenses:manage",
  "licenses:validate",
  "customers:read",
  "customers:write",
  "telemetry:read",
  "telemetry:write",
  "jobs:read",
  "jobs:write",
  "keys:verify",
  "keys:manage",
  "webhooks:manage",
] as const satisfies readonly Permission[];

/** `write` and `manage` include `read` of the same resource, but for `telemetry:write`; nothing else is implied. */
const OPENS: Record<Permission, readonly Permission[]> = {
  "licenses:read": ["licenses:read"],
  "licenses:manage": ["licenses:manage", "licenses:read"],
  "licenses:validate": ["licenses:validate"],
  "customers:read": ["customers:read"],
  "customers:write": ["customers:write", "customers:read"],
  "telemetry:read": ["telemetry:read"],
  "telemetry:write": ["telemetry:write"],
  "jobs:read": ["jobs:read"],
  "jobs:write": ["jobs:write", "jobs:read"],
  "keys:verify": ["keys:verify"],
  "keys:manage": ["keys:manage"],
  "webhooks:manage": ["webhooks:manage"],
};

/** What a permission opens besides of what the console calls otherwise. */
const OPENS_OF_CONSOLE: Partial<Record<Action, Permission>> = {
  "keys:read": "keys:manage",
  "webhooks:read": "webhooks:manage",
};

const SEES: readonly Action[] = [
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

/** Who may do what, said again and apart from contracts/roles.ts: what is given to a role by mistake differs from it. */
const ROLE_TABLE: Record<Role, readonly Action[]> = {
  viewer: SEES,
  operator: [
    ...SEES,
    "customers:write",
    "licenses:manage",
    "licenses:validate",
    "licenses:reveal",
    "jobs:write",
  ],
  admin: [
    ...CATALOG,
    "keys:read",
    "licenses:reveal",
    "requests:read",
    "audit:read",
    "webhooks:read",
    "profile:manage",
  ],
  owner: [
    ...CATALOG,
    "keys:read",
    "licenses:reveal",
    "requests:read",
    "audit:read",
    "webhooks:read",
    "profile:manage",
    "team:manage",
    "settings:manage",
  ],
};

test("The catalogue of permissions is that of public-api.md", () => {
  expect(
    PERMISSIONS,
    "A new permission stands in the table of docs/public-api.md, and here in CATALOG, OPENS and ROLE_TABLE.",
  ).toEqual(CATALOG);
});

describe("A role may do what the table above says and nothing else:", () => {
  test.each(ROLES.flatMap((role) => ACTIONS.map((action) => [role, action] as const)))(
    "%s, %s",
    (role, action) => {
      expect(
        isAllowed(adminOf(role), action),
        "contracts/roles.ts and ROLE_TABLE of this file say different things.",
      ).toBe(ROLE_TABLE[role].includes(action));
    },
  );

  test("the owner everything, each role all that the next one may", () => {
    expect(ACTIONS.every((action) => isAllowed(adminOf("owner"), action))).toBe(true);
    ROLES.slice(1).forEach((role, place) => {
      const above = ROLES[place] ?? "owner";
      expect(ROLE_TABLE[above]).toEqual(expect.arrayContaining([...ROLE_TABLE[role]]));
    });
  });
});

describe("A permission opens what the table above says and nothing else:", () => {
  test.each(CATALOG.flatMap((held) => CATALOG.map((needed) => [held, needed] as const)))(
    "%s, %s",
    (held, needed) => {
      expect(grants([held], needed)).toBe(OPENS[held].includes(needed));
      expect(isAllowed(keyWith([held]), needed)).toBe(OPENS[held].includes(needed));
    },
  );

  test("several together open what each opens alone, and no more", () => {
    fc.assert(
      fc.property(fc.subarray([...CATALOG]), fc.constantFrom(...CATALOG), (held, needed) => {
        expect(grants(held, needed)).toBe(held.some((permission) => OPENS[permission].includes(needed)));
      }),
    );
  });
});

describe("A key", () => {
  const ODD = [
    "*",
    "admin",
    "LICENSES:READ",
    " licenses:read",
    "licenses",
    "licenses:*",
    "__proto__",
    "constructor",
  ];

  test("gains nothing from a string that the catalogue does not know", () => {
    const unknown = fc.oneof(fc.string(), fc.constantFrom(...ODD, "toString", "hasOwnProperty", "owner"));
    fc.assert(
      fc.property(fc.array(unknown), fc.constantFrom(...ACTIONS), (permissions, action) => {
        fc.pre(!permissions.some((permission) => (CATALOG as readonly string[]).includes(permission)));
        expect(isAllowed(keyWith(permissions), action)).toBe(false);
      }),
    );
  });

  test("does of the console's actions what a permission opens, and names that permission where it lacks it", () => {
    for (const action of ACTIONS) {
      if ((CATALOG as readonly string[]).includes(action)) continue;
      const needed = OPENS_OF_CONSOLE[action];
      expect(isAllowed(keyWith([...CATALOG]), action), action).toBe(needed !== undefined);
      if (!needed) continue;
      expect(isAllowed(keyWith(CATALOG.filter((one) => one !== needed)), action)).toBe(false);
      expect(refusalFor(keyWith([]), action)?.extensions).toEqual({ missingPermissions: [needed] });
    }
  });

  test("can never do what only administrators do, even if its row said so", () => {
    const everything = keyWith([...ACTIONS]);
    for (const action of [
      "licenses:reveal",
      "requests:read",
      "audit:read",
      "profile:manage",
      "team:manage",
      "settings:manage",
    ] as const) {
      expect(isAllowed(everything, action)).toBe(false);
    }
  });
});

test("A principal of no known kind is a fault, and may do nothing", () => {
  const robot = { kind: "robot", role: "owner", permissions: ACTIONS } as unknown as Principal;
  for (const action of ACTIONS) expect(() => isAllowed(robot, action)).toThrow("core/authorize.ts");
});

test("Keyward itself may do everything", () => {
  const system: Principal = { kind: "system", name: "command line" };
  expect(ACTIONS.every((action) => isAllowed(system, action))).toBe(true);
});

describe("A refusal", () => {
  const refusalOf = (principal: Principal, action: Action): AppError => {
    try {
      authorize({ principal }, action);
    } catch (error) {
      if (error instanceof AppError) return error;
    }
    throw new Error("was not refused");
  };

  test("names what was missing, and nothing that the key holds", () => {
    const refusal = refusalOf(keyWith(["customers:read"]), "licenses:manage");
    expect(refusal).toMatchObject({
      code: "permission_denied",
      status: 403,
      extensions: { missingPermissions: ["licenses:manage"] },
    });
    expect(refusal.detail).toBe("This call needs the permission licenses:manage.");
  });

  test("tells an administrator which roles can help", () => {
    const needs = "Your role does not allow this. It takes:";
    expect(refusalOf(adminOf("viewer"), "customers:write")).toMatchObject({
      code: "permission_denied",
      detail: `${needs} Owner, Admin, Operator.`,
      extensions: { missingPermissions: ["customers:write"] },
    });
    expect(refusalOf(adminOf("operator"), "keys:manage").detail).toBe(`${needs} Owner, Admin.`);
    expect(refusalOf(adminOf("admin"), "team:manage").detail).toBe(`${needs} Owner.`);
  });

  test("always has somebody who can help", () => {
    for (const action of ACTIONS) expect(rolesAllowing(action)).toContain("owner");
  });

  test("does not come where it is allowed", () => {
    expect(() => authorize({ principal: keyWith(["jobs:write"]) }, "jobs:read")).not.toThrow();
  });

  test("is none where it is allowed, to whomever", () => {
    expect(refusalFor(keyWith(["jobs:read"]), "jobs:read")).toBeNull();
    expect(refusalFor(adminOf("viewer"), "jobs:read")).toBeNull();
  });
});

describe("What a call exercised", () => {
  const note = (principal: Principal) => ({ principal, exercised: new Set<Action>() });

  test("is what it was allowed, by a demand or for what is shown beside", () => {
    const call = note(keyWith(["jobs:write", "customers:read"]));
    authorize(call, "jobs:read");
    expect(mayShow(call, "customers:read")).toBe(true);
    expect([...call.exercised]).toEqual(["jobs:read", "customers:read"]);
  });

  test("is nothing that was refused", () => {
    const call = note(keyWith(["jobs:read"]));
    expect(() => authorize(call, "jobs:write")).toThrow(AppError);
    expect(mayShow(call, "customers:read")).toBe(false);
    expect([...call.exercised]).toEqual([]);
  });

  test("need not be noted", () => {
    expect(mayShow({ principal: keyWith(["jobs:read"]) }, "jobs:read")).toBe(true);
  });
});

describe("What belongs to a whole environment", () => {
  const ask = (principal: Principal) => () => requireUnscoped({ principal }, "Not for one customer.");

  test("is refused to a key that is restricted to customers, also where all of them are gone", () => {
    for (const customers of [[newId("cus")], []])
      expect(ask({ ...keyWith(["customers:write"]), customers })).toThrow(
        expect.objectContaining({ code: "customer_out_of_scope", detail: "Not for one customer." }),
      );
  });

  test("is open to every other principal", () => {
    for (const one of [keyWith([]), adminOf("operator"), { kind: "system", name: "jobs" } as const])
      expect(ask(one)).not.toThrow();
  });
});
