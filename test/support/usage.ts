import { randomUUID } from "node:crypto";
import { HOUR_MS } from "@/contracts/durations";
import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import type { ProblemCode } from "@/contracts/problems";
import type { Check } from "@/contracts/requests";
import { REFUSED_BY_PERMISSION } from "@/contracts/usage";
import { newId } from "@/server/core/ids";
import type { Fixture } from "./fixture";

/** Calls as the writer of the log would have counted them. Plain: successful lists of customers in staging, now. */
export interface SeededCalls {
  key: { id: Id<"key"> } | null;
  calls: number;
  at?: Date;
  environment?: Environment;
  route?: string;
  /** What the route asks for; empty: nothing. */
  permission?: string;
  status?: number;
  code?: ProblemCode | "";
  durationMs?: number;
}

/** Adds calls to the roll-up, as one flush of the log's writer does. */
export async function countCalls(fixture: Fixture, seeded: readonly SeededCalls[]): Promise<void> {
  const sql = fixture.runtime.databases.owner.$client;
  for (const calls of seeded) {
    const { key, environment = "staging", route = "GET /customers", permission = "customers:read" } = calls;
    const { at = fixture.clock.now(), status = 200, code = "", durationMs = 0 } = calls;
    const hour = new Date(Math.floor(at.getTime() / HOUR_MS) * HOUR_MS).toISOString();
    await sql`
      insert into usage_hourly as known (hour, key_id, environment, route, permission, status_class, code, calls, duration_ms)
      values (${hour}, ${key?.id ?? ""}, ${environment}, ${route}, ${permission}, ${Math.floor(status / 100)}, ${code}, ${calls.calls}, ${durationMs})
      on conflict on constraint usage_hourly_pk
      do update set calls = known.calls + excluded.calls, duration_ms = known.duration_ms + excluded.duration_ms`;
    if (!key || !permission || REFUSED_BY_PERMISSION.some((refused) => refused === code)) continue;
    await sql`
      insert into usage_permissions as known (key_id, permission, last_at)
      values (${key.id}, ${permission}, ${at.toISOString()})
      on conflict on constraint usage_permissions_pk do update set last_at = greatest(known.last_at, excluded.last_at)`;
  }
}

/** A call as a row of the log. Plain: a successful list of customers in staging, now. */
export interface SeededRequest {
  key: { id: Id<"key"> };
  at?: Date;
  route?: string;
  status?: number;
  refusedBy?: Check | null;
  address?: string;
  customers?: readonly Id<"cus">[];
}

/** Adds calls to the log alone. */
export async function logCalls(fixture: Fixture, seeded: readonly SeededRequest[]): Promise<void> {
  const sql = fixture.runtime.databases.owner.$client;
  const rows = seeded.map((call) => ({
    at: (call.at ?? fixture.clock.now()).toISOString(),
    row_id: randomUUID(),
    request_id: newId("req"),
    environment: "staging",
    method: "GET",
    route: call.route ?? "GET /customers",
    path: "/api/v1/staging/customers",
    status: call.status ?? 200,
    refused_by: call.refusedBy ?? null,
    duration_ms: 1,
    key_id: call.key.id,
    customers: [...(call.customers ?? [])],
    address: call.address ?? "203.0.113.7",
    request_bytes: 0,
    response_bytes: 0,
  }));
  for (const day of new Set(rows.map(({ at }) => at.slice(0, 10)))) {
    await sql`select ensure_request_partitions(${day}, 1)`;
  }
  for (let start = 0; start < rows.length; start += 2_000) {
    await sql`insert into requests ${sql(rows.slice(start, start + 2_000))}`;
  }
}
