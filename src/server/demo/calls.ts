import { DAY_MS, MINUTE_MS } from "@/contracts/durations";
import type { Permission } from "@/contracts/permissions";
import type { Check } from "@/contracts/requests";
import { findKeyById, type VerifiedKey } from "@/gateway/authenticate/verified-key";
import { RequestLog } from "@/gateway/request-log/request-log";
import type { LoggedCall } from "@/gateway/request-log/rows";
import { newId } from "@/server/core/ids";
import type { ServiceContext } from "@/server/services/context";
import { DEMO_KEYS, type DemoKey } from "./key-list";
import { lastUseOf } from "./keys";
import type { Random } from "./random";
import type { DemoRecords, Plan } from "./run";

const DAYS = 30;
/** A busy key would make a million rows; the story tells one call in so many minutes. */
const LEAST_MINUTES = 30;
/** Keys that are called at least so often, in minutes, use all that they are permitted; the others only one route. */
const BUSY_MINUTES = 60;

/** The routes that the story's keys call, and what each asks for. */
export const CALLED_ROUTES: Readonly<Record<string, Permission | null>> = {
  "POST /customers": "customers:write",
  "GET /customers": "customers:read",
  "POST /licenses": "licenses:manage",
  "GET /licenses": "licenses:read",
  "DELETE /licenses/{id}": "licenses:manage",
  "POST /licenses/validate": "licenses:validate",
  "POST /licenses/activate": "licenses:validate",
  "POST /telemetry": "telemetry:write",
  "GET /telemetry": "telemetry:read",
  "POST /jobs": "jobs:write",
  "GET /jobs": "jobs:read",
  "GET /jobs/{id}/result": "jobs:read",
  "GET /key": null,
};

/** What can go wrong with a call, how often, and what is answered. */
const MISHAPS: readonly {
  share: number;
  refusedBy: Check | null;
  status: number;
  code: string;
  detail: string;
}[] = [
  {
    share: 0.004,
    refusedBy: "limit",
    status: 429,
    code: "rate_limited",
    detail: "This API key has used up its limit. Try again in 12 s.",
  },
  {
    share: 0.006,
    refusedBy: null,
    status: 422,
    code: "validation_failed",
    detail: "2 fields are wrong.",
  },
  {
    share: 0.008,
    refusedBy: null,
    status: 404,
    code: "not_found",
    detail: "There is nothing here, or it is not within your reach.",
  },
];

/** Thirty days of calls in the log, with all that is counted of them, up to each key's last use. */
export async function tellCalls(
  ctx: ServiceContext,
  plan: Plan,
  records: DemoRecords,
  now: Date,
): Promise<void> {
  const recorder = new RequestLog(ctx);
  for (const told of DEMO_KEYS) {
    const id = records.keys.get(told.name)?.principal.id;
    const last = lastUseOf(told, plan, now);
    // Deleted keys cannot be read as the gateway reads them any more.
    const key = id && last ? await findKeyById(ctx, id) : null;
    if (!key || !last) continue;
    for (const at of instantsOf(told, last, plan, now)) {
      const capacity = recorder.waitForCapacity();
      if (capacity) await capacity;
      recorder.record(callOf(told, key, at, plan.random));
    }
  }
  await recorder.close();
}

/** Backwards from the last use, by day more than by night, no further than the key's making. */
function instantsOf({ use, made }: DemoKey, last: Date, { at, random }: Plan, now: Date): Date[] {
  const step = Math.max(use?.everyMinutes ?? DAYS * 1_440, LEAST_MINUTES) * MINUTE_MS;
  const first = Math.max(at(made, 10).getTime(), now.getTime() - DAYS * DAY_MS);
  const instants = [last];
  for (let time = last.getTime() - step; time > first; time -= step) {
    const instant = new Date(time);
    const night = instant.getUTCHours() < 6;
    if (!random.chance(night ? 0.6 : 0.1)) instants.push(instant);
  }
  return instants;
}

function callOf(told: DemoKey, key: VerifiedKey, at: Date, random: Random): LoggedCall {
  const name = routeOf(told, random);
  const [method = "GET", path = "/"] = name.split(" ");
  const mishap = mishapOf(random);
  const succeeded = method === "POST" && !path.includes("validate") ? 201 : 200;
  return {
    at,
    requestId: newId("req", at.getTime()),
    environment: key.environment,
    method,
    route: { name, permission: CALLED_ROUTES[name] ?? null },
    path: `/api/v1/${key.environment}${path.replace("{id}", newId(path.startsWith("/jobs") ? "job" : "lic"))}`,
    query: method === "GET" && path !== "/key" && !path.includes("{id}") ? "limit=100" : "",
    bodyCustomer: undefined,
    status: mishap?.status ?? succeeded,
    problem: mishap && JSON.stringify({ code: mishap.code, detail: mishap.detail }),
    // Without a last use: to the log these are the first calls there are.
    auth: { refusedBy: mishap?.refusedBy ?? null, key: { ...key, lastUsedAt: null }, limits: null },
    durationMs: random.int(8, 90) / 10,
    address: told.use?.ip ?? null,
    agent: told.use?.agent ?? null,
    requestBytes: method === "POST" ? random.int(80, 900) : 0,
    responseBytes: random.int(180, 4_000),
  };
}

/** Mostly the route that the key is there for; a busy one also uses its other permissions. */
function routeOf({ use, permissions }: DemoKey, random: Random): string {
  const usual = use?.route ?? "GET /key";
  if (!use || use.everyMinutes > BUSY_MINUTES || random.chance(0.7)) return usual;
  const permission = permissions[random.int(0, permissions.length - 1)];
  const open = Object.entries(CALLED_ROUTES).find(([, needed]) => needed === permission);
  return open?.[0] ?? usual;
}

function mishapOf(random: Random): (typeof MISHAPS)[number] | undefined {
  let rest = random.next();
  return MISHAPS.find(({ share }) => {
    rest -= share;
    return rest < 0;
  });
}
