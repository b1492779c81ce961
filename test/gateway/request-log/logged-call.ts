import type { Fixture } from "@test/support/fixture";
import { entryOf, type LoggedCall, type Rows, rowsOf } from "@/gateway/request-log/rows";
import { newId } from "@/server/core/ids";

/** Calls of known keys have a row each; those of nobody known are another matter. */
const ofKnownKey = {
  refusedBy: null,
  limits: null,
  key: { id: newId("key"), customers: null, lastUsedAt: null },
} as unknown as LoggedCall["auth"];

/** A call as the gateway leaves it to the log: a list of customers in staging, answered 200 now, unless told otherwise. */
export const newCall = (fixture: Fixture, facts: Partial<LoggedCall> = {}): LoggedCall => ({
  at: fixture.clock.now(),
  requestId: newId("req"),
  environment: "staging",
  method: "GET",
  route: { name: "GET /customers", permission: "customers:read" },
  path: "/api/v1/staging/customers",
  query: "",
  bodyCustomer: undefined,
  status: 200,
  problem: undefined,
  auth: ofKnownKey,
  durationMs: 1.5,
  address: null,
  agent: null,
  requestBytes: 0,
  responseBytes: 2,
  ...facts,
});

/** Calls as they are written. */
export const rowsOfCalls = (calls: readonly LoggedCall[]): Rows => rowsOf(calls.map(entryOf), []);
