import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keyStatus, MAX_RATE_LIMIT, OVERLAPS } from "@/contracts/keys";
import { PERMISSION_DETAILS, PERMISSION_PRESETS, PERMISSIONS } from "@/contracts/permissions";
import {
  createKeySchema,
  listKeysSchema,
  rateLimitsSchema,
  regenerateKeySchema,
} from "@/contracts/schemas/keys";
import { permissionSchema } from "@/contracts/schemas/permissions";
import { text, timestampSchema } from "@/contracts/schemas/text";

const instant = fc.date({ min: new Date("2020-01-01"), max: new Date("2030-01-01"), noInvalidDate: true });
const maybe = fc.option(instant, { nil: null });

describe("The status of a key", () => {
  test("is Inactive once revoked, else Expired from its expiry on, else Active", () => {
    fc.assert(
      fc.property(maybe, maybe, instant, (revokedAt, expiresAt, now) => {
        const status = keyStatus({ revokedAt, expiresAt }, now);
        if (revokedAt !== null) expect(status).toBe("inactive");
        else if (expiresAt !== null && now >= expiresAt) expect(status).toBe("expired");
        else expect(status).toBe("active");
      }),
    );
  });

  test("changes at the expiry itself, to the millisecond", () => {
    const at = Date.parse("2027-01-01T00:00:00.000Z");
    const key = { revokedAt: null, expiresAt: new Date(at) };
    expect(keyStatus(key, new Date(at - 1))).toBe("active");
    expect(keyStatus(key, new Date(at))).toBe("expired");
  });
});

describe("An overlap", () => {
  test.each([
    ["now", 0],
    ["15m", 900],
    ["1h", 3_600],
    ["24h", 86_400],
  ] as const)("%s lasts %d seconds", (overlap, seconds) => {
    expect(OVERLAPS[overlap].seconds).toBe(seconds);
  });

  test("is one of these four, and none unless asked for", () => {
    expect(Object.keys(OVERLAPS)).toEqual(["now", "15m", "1h", "24h"]);
    const id = "key_01h455vb4pex5vsknk084sn02q";
    expect(regenerateKeySchema.parse({ id })).toMatchObject({ overlap: "now", endsOverlap: null });
    for (const overlap of ["", "0", "never", "48h", 3_600, null])
      expect(regenerateKeySchema.safeParse({ id, overlap }).success).toBe(false);
  });
});

describe("Limits", () => {
  test("are whole numbers from 1 to a million, for one to three windows", () => {
    const limit = fc.option(fc.integer({ min: -5, max: MAX_RATE_LIMIT + 5 }), { nil: undefined });
    fc.assert(
      fc.property(limit, limit, limit, (minute, hour, day) => {
        const given = [minute, hour, day].filter((value) => value !== undefined);
        const right = given.length > 0 && given.every((value) => value >= 1 && value <= MAX_RATE_LIMIT);
        expect(rateLimitsSchema.safeParse({ minute, hour, day }).success).toBe(right);
      }),
    );
  });

  test.each([1e12, Number.POSITIVE_INFINITY, Number.NaN, 0.5, "60", null, true])("are never %s", (minute) => {
    expect(rateLimitsSchema.safeParse({ minute }).success).toBe(false);
  });
});

describe("Permissions", () => {
  test("are those of the catalogue, to the letter", () => {
    for (const permission of PERMISSIONS) expect(permissionSchema.safeParse(permission).success).toBe(true);
    for (const other of [
      "",
      "*",
      "licenses:*",
      "Licenses:read",
      "licenses:read ",
      "keys:read",
      "constructor",
    ]) {
      expect(permissionSchema.safeParse(other).success).toBe(false);
    }
  });

  test("imply only permissions there are, of the same resource, and never themselves", () => {
    for (const permission of PERMISSIONS) {
      for (const implied of PERMISSION_DETAILS[permission].implies) {
        expect(implied).toBe(`${permission.split(":")[0]}:read`);
        expect(PERMISSIONS).toContain(implied);
      }
    }
  });

  test("say in words of their own what they open, and stand with their resource", () => {
    const resources: Record<string, string> = {
      licenses: "Licences",
      customers: "Customers",
      telemetry: "Telemetry",
      jobs: "Jobs",
      keys: "Keys",
      webhooks: "Webhooks",
    };
    const all = Object.values(PERMISSION_DETAILS);
    for (const words of [all.map(({ label }) => label), all.map(({ description }) => description)]) {
      expect(new Set(words).size).toBe(all.length);
      expect(words.every((text) => /^[A-Z].+/.test(text))).toBe(true);
    }
    for (const [permission, { resource }] of Object.entries(PERMISSION_DETAILS))
      expect(resources[permission.split(":")[0] ?? ""], `Give ${permission} a line in the table above.`).toBe(
        resource,
      );
    const presets = Object.values(PERMISSION_PRESETS).map(({ label }) => label);
    expect(presets).toEqual(["Read only", "Licence validation for apps", "Full access"]);
  });

  test("of the presets are what they say: reading reads, full is all but what decides about others, an app's key cannot read customers", () => {
    expect(PERMISSION_PRESETS.readOnly.permissions).toEqual([
      "licenses:read",
      "customers:read",
      "telemetry:read",
      "jobs:read",
    ]);
    expect(PERMISSION_PRESETS.full.permissions).toEqual(
      PERMISSIONS.filter((permission) => permission !== "keys:manage" && permission !== "webhooks:manage"),
    );
    for (const deciding of ["keys:manage", "webhooks:manage"])
      for (const { permissions } of Object.values(PERMISSION_PRESETS))
        expect(permissions).not.toContain(deciding);
    expect(PERMISSION_PRESETS.licenseValidation.permissions).toEqual([
      "licenses:validate",
      "telemetry:write",
    ]);
  });
});

describe("Text", () => {
  test("is trimmed, then measured, in one form, and has no control, half or invisible characters", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 15 }), (value) => {
        // Joiners and selectors are part of what is seen after some letters: text.test.ts has these.
        fc.pre(!/[\u200c-\u200d]|[\ufe0e-\ufe0f]|[\u{e0100}-\u{e01ef}]/u.test(value));
        const trimmed = value.trim();
        const bad = [...trimmed].some((letter) => {
          const code = letter.codePointAt(0) ?? 0;
          const control = code < 32 || (code >= 127 && code < 160);
          const unseen = /[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb\u2800]/u.test(letter);
          return (
            (control && !["\t", "\n", "\r"].includes(letter)) || unseen || (code >= 0xd800 && code < 0xe000)
          );
        });
        const result = text(1, 10).safeParse(value);
        // Counted as a person counts, in code points.
        const formed = trimmed.normalize("NFC");
        const { length } = [...formed];
        expect(result.success).toBe(!bad && length >= 1 && length <= 10);
        if (result.success) expect(result.data).toBe(formed);
      }),
      { numRuns: 2_000 },
    );
  });
});

test.each([
  ["2027-01-31T12:00:00Z", true],
  ["2027-01-31T12:00:00.123+02:00", true],
  ["9999-12-31T23:59:59.999Z", true],
  ["1969-12-31T23:59:59Z", false],
  ["9999-12-31T23:59:59-01:00", false],
  ["2027-01-31", false],
  ["2027-01-31T12:00:00", false],
  ["2027-02-29T12:00:00Z", false],
  ["2027-01-31 12:00:00Z", false],
  ["+275760-09-13T00:00:00Z", false],
  ["1", false],
])(
  "A time is RFC 3339 with an offset, between 1970 and 9999, and says what is wrong once: %s",
  (value, right) => {
    const result = timestampSchema.safeParse(value);
    expect(result.success).toBe(right);
    if (!right) expect(result.error?.issues).toHaveLength(1);
  },
);

test("A list asks for the newest 20 of everything unless told otherwise, and for no page size but those offered", () => {
  expect(listKeysSchema.parse({})).toMatchObject({
    sort: "createdAt",
    direction: "desc",
    limit: 20,
    cursor: null,
  });
  for (const limit of [0, -1, 1, 15, 101, 1e9, "20"]) {
    expect(listKeysSchema.safeParse({ limit }).success).toBe(false);
  }
});

test("What a new key may name is closed: no field of a stored key slips in", () => {
  const plain = { name: "a", environment: "staging", permissions: ["jobs:read"] };
  expect(createKeySchema.safeParse(plain).success).toBe(true);
  for (const field of [
    "id",
    "digest",
    "maskedKey",
    "status",
    "createdBy",
    "deletedAt",
    "secret",
    "__proto__x",
  ]) {
    expect(createKeySchema.safeParse({ ...plain, [field]: "x" }).success).toBe(false);
  }
});
