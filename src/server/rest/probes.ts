import type { Platform } from "@/server/platform";
import { checkDatabase } from "@/server/services/health";

const headers = { "Cache-Control": "no-store" };

/** `GET /api/health`: the process lives. Asks nobody else, so that an outage of Postgres does not get it restarted. */
export function health(): Response {
  return Response.json({ status: "ok" }, { headers });
}

/**
 * `GET /api/ready`: whether calls can be served, 200 or 503 with the reason, within a second or so. Without the limiter
 * Keyward still works, in its own memory, so that alone does not take the process out of rotation. `isolation`
 * says how the database keeps the environments apart: `logins` of their own, or the owner's, `shared`. `log` says
 * what the log keeps at present (contracts/requests.ts, LOG_DETAIL): with less than everything, calls are served as ever.
 * `clockSkewMs` is by how much this process' clock is ahead of Postgres', by which Keyward goes: negative where behind.
 */
export async function ready(platform: Platform): Promise<Response> {
  const [fault, limiter] = await Promise.all([
    checkDatabase(platform),
    platform.limiter.ping().then(
      () => "ok" as const,
      () => "unavailable" as const,
    ),
  ]);
  const isolation = platform.databases.isolation.kind;
  // Nothing else writes at all times, so this is where a full disk shows.
  const reason = fault ?? (platform.requestLog.isFailing ? "The log of calls cannot be written." : null);
  const states = {
    postgres: reason === null ? ("ok" as const) : ("unavailable" as const),
    limiter,
    isolation,
    log: platform.requestLog.state.keeps,
    clockSkewMs: platform.databases.clock.skewMs,
  };
  return reason === null
    ? Response.json({ status: "ready", ...states }, { headers })
    : Response.json({ status: "unavailable", ...states, reason }, { status: 503, headers });
}
