import { sqlOf } from "@test/server/services/support";
import { call, inProcess } from "@test/support/calls";
import { adminOf } from "@test/support/fixture";
import { suiteFixture } from "@test/support/suite";
import { beforeAll, expect } from "vitest";
import type { CustomerView } from "@/contracts/customers";
import type { Id } from "@/contracts/ids";
import type { RevealedKey } from "@/contracts/keys";
import type { CreateKeyInput, UpdateKeyInput } from "@/contracts/schemas/keys";
import { getKey, updateKey } from "@/server/services/keys";
import { definePermission } from "@/server/services/permissions";

/** When a key ends that has a bound of each kind. */
export const EXPIRES = "2024-06-01T00:00:00.000Z";
export const LONG_AGO = "2023-01-01T00:00:00.000Z";
/** Of a key that manages others. */
export const LIMITS = { minute: 1_000, day: 100_000 };

export type MadeKey = RevealedKey & { id: Id<"key"> };

/** Keys of staging that manage others by the public API, for a whole file: to be called once, at its top. */
export function managedKeysSuite() {
  const fixture = suiteFixture();
  const api = inProcess(fixture);
  /** Two of them; there from the first test on. */
  const customers = {} as Record<"ours" | "others", CustomerView>;

  beforeAll(async () => {
    Object.assign(customers, { ours: await fixture.customer(), others: await fixture.customer() });
    const permissions = [
      { name: "orders:read", label: "Order Read" },
      { name: "orders:all", label: "Orders", implies: ["orders:read"] },
      { name: "stock:read", label: "Stock" },
    ];
    for (const permission of permissions)
      await definePermission(fixture.context(), { description: "", ...permission });
  });

  /** A key that manages those it makes, with some power of its own. */
  const manager = (input: Partial<CreateKeyInput> = {}): Promise<RevealedKey> =>
    fixture.key({
      name: "Shop",
      permissions: ["keys:manage", "licenses:manage", "customers:read", "orders:all"],
      rateLimits: LIMITS,
      managesKeys: "own",
      grantsKeyManagement: false,
      ...input,
    });

  /** One with a bound of each kind. */
  const bounded = (input: Partial<CreateKeyInput> = {}) =>
    manager({
      customers: [customers.ours.id],
      ipAllowlist: ["198.51.100.0/24", "2001:db8::/32"],
      allowedOrigins: ["https://app.example.com"],
      expiresAt: EXPIRES,
      ...input,
    });

  const send = ({ secret }: RevealedKey, method: string, path: string, body?: unknown, headers = {}) =>
    call(api, method, `/staging/keys${path}`, {
      key: secret,
      headers,
      ...(body === undefined ? {} : { body }),
    });

  /** A key that the manager makes, by the API. */
  async function make(by: RevealedKey, input: Record<string, unknown> = {}): Promise<MadeKey> {
    const answer = await send(by, "POST", "", { name: "Acme", permissions: ["licenses:read"], ...input });
    expect(answer.status, answer.text).toBe(201);
    const { id, secret } = answer.json as { id: Id<"key">; secret: string };
    return { id, secret, key: await getKey(fixture.context(), { id }) };
  }

  const asAdmin = () => fixture.context(adminOf("admin"));
  const edit = (input: UpdateKeyInput) => updateKey(asAdmin(), input);

  /** Keys and their customers, but for when they were used. */
  async function everyRowOfKeys() {
    return sqlOf(fixture)`
      select id, name, digest, permissions, rate_limits, ip_allowlist::text, allowed_origins, customer_scoped, expires_at, revoked_at,
        tags, updated_at, deleted_at,
        array(select customer_id from api_key_customers where key_id = api_keys.id order by 1) as customers
      from api_keys order by id`;
  }

  return { fixture, api, customers, manager, bounded, send, make, asAdmin, edit, everyRowOfKeys };
}
