import { type SampleCall, sampleCall } from "@test/gateway/samples";
import type { Fixture } from "@test/support/fixture";
import { PERMISSIONS } from "@/contracts/permissions";
import type { Route } from "@/gateway/routes/route";
import { isAppError } from "@/server/core/errors";
import { revokeKey } from "@/server/services/keys";

/** Whose key a call is sent with. */
export const KEY_KINDS = [
  "good",
  "production",
  "narrow",
  "scoped",
  "address list",
  "origin list",
  "one a minute",
  "revoked",
  "expired",
] as const;
export type KeyKind = (typeof KEY_KINDS)[number];

/** Calls of one key wait for each other beyond a few at a time (MAX_CALLS_IN_FLIGHT_PER_KEY), so there are several. */
const GOOD_KEYS = 8;
/** How many calls are made of one sample. To make it costs more than to send it. */
const CALLS_PER_SAMPLE = 50;

/** What generated calls are made of: keys of each kind, and for each route a call that would pass. */
export interface Fixtures {
  key(kind: KeyKind): string;
  sample(route: Route): Promise<SampleCall>;
}

export async function makeFixtures(fixture: Fixture): Promise<Fixtures> {
  const keys = await makeKeys(fixture);
  const samples = new Map<string, { call: Promise<SampleCall>; left: number }>();
  let turn = 0;
  return {
    key(kind) {
      const ofKind = keys.get(kind) ?? [];
      return ofKind[turn++ % ofKind.length] ?? "";
    },
    sample(route) {
      const present = samples.get(route.id);
      if (present && present.left-- > 0) return present.call;
      const call = patiently(() => sampleCall(route, fixture));
      samples.set(route.id, { call, left: CALLS_PER_SAMPLE - 1 });
      return call;
    },
  };
}

/** Makes a sample in spite of a machine so busy that Postgres does not answer in time. */
async function patiently<Made>(make: () => Promise<Made>, left = 5): Promise<Made> {
  try {
    return await make();
  } catch (error) {
    if (left === 0 || !isAppError(error) || error.code !== "unavailable") throw error;
    return patiently(make, left - 1);
  }
}

async function makeKeys(fixture: Fixture): Promise<Map<KeyKind, string[]>> {
  const all = { permissions: [...PERMISSIONS], rateLimits: { minute: 1_000_000 } };
  const good = await Promise.all(
    Array.from({ length: GOOD_KEYS }, async () => (await fixture.key(all)).secret),
  );
  const one = async (input: Parameters<Fixture["key"]>[0]) => [
    (await fixture.key({ ...all, ...input })).secret,
  ];
  const revoked = await fixture.key(all);
  await revokeKey(fixture.context(), { id: revoked.key.id, reason: "" });
  const expired = await fixture.key(all);
  await fixture.runtime.databases.owner
    .$client`update api_keys set expires_at = created_at where id = ${expired.key.id}`;
  return new Map<KeyKind, string[]>([
    ["good", good],
    ["production", await one({ environment: "production" })],
    ["narrow", await one({ permissions: ["customers:read"] })],
    ["scoped", await one({ customers: [(await fixture.customer()).id] })],
    ["address list", await one({ ipAllowlist: ["203.0.113.0/24"] })],
    ["origin list", await one({ allowedOrigins: ["https://app.example.com"] })],
    ["one a minute", await one({ rateLimits: { minute: 1 } })],
    ["revoked", [revoked.secret]],
    ["expired", [expired.secret]],
  ]);
}
