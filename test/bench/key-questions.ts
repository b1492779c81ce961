import { createHash } from "node:crypto";
import { KEY_SORTS } from "@/contracts/keys";
import type { ListKeysInput } from "@/contracts/schemas/keys";

/** One of those that fill-keys.ts makes, and scopes keys to. */
const CUSTOMER = `cus_0${createHash("md5").update("customer7").digest("hex").slice(0, 25)}` as const;

/** What can be asked of the list of keys alone: of many keys, of few, of none. */
const FILTERS: readonly ListKeysInput[] = [
  {},
  { environment: "staging" },
  { statuses: ["active"] },
  { statuses: ["inactive"] },
  { statuses: ["expired"] },
  { statuses: ["expired", "inactive"] },
  { permission: "licenses:read" },
  { permission: "keys:verify" },
  { customerId: CUSTOMER },
  { owner: "owner10@acme.example" },
  { owner: "admin10@acme.example" },
  { owner: "nobody@acme.example" },
  { owner: "none" },
  { owner: "left" },
  { tag: "web-shop" },
  { tag: "nowhere" },
  { lastUse: "never" },
  { lastUse: "over90Days" },
  { expiry: "never" },
  { expiry: "past" },
  { expiry: "within14Days" },
  { search: "integration 4711" },
  { search: "nowhere" },
  { search: "benchmark" },
];

const ORDERS: readonly ListKeysInput[] = KEY_SORTS.flatMap((sort) =>
  (["asc", "desc"] as const).map((direction) => ({ sort, direction })),
);

/** Each filter in each order, and each two of them together in the usual one. */
export function keyQuestions(): ListKeysInput[] {
  const inEachOrder = ORDERS.flatMap((order) => FILTERS.map((filter) => ({ ...order, ...filter })));
  const inPairs = FILTERS.flatMap((one, at) =>
    FILTERS.slice(at + 1).flatMap((other) => {
      const same = Object.keys(one).some((name) => name in other);
      return same || at === 0 ? [] : [{ ...one, ...other }];
    }),
  );
  return [...inEachOrder, ...inPairs];
}
