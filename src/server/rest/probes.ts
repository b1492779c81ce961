import type { Platform } from "@/server/platform";
import { pingDatabase } from "@/server/services/health";

const headers = { "Cache-Control": "no-store" };

/** `GET /api/health`: the process lives. Asks nobody else, so that an outage of Postgres does not get it restarted. */
export function health(): Response {
  return Response.json({ status: "ok" }, { headers });
}

/**
 * `GET /api/ready`: whether Postgres and the limiter answer, 200 or 503. Without the limiter Keyward still works, in
 * its own memory, so that alone does not take the process out of rotation.
 */
export async function ready(platform: Platform): Promise<Response> {
  const answers = (check: Promise<unknown>) =>
    check.then(() => "ok" as const).catch(() => "unavailable" as const);
  const [postgres, limiter] = await Promise.all([
    answers(pingDatabase(platform)),
    answers(platform.limiter.ping()),
  ]);
  const status = postgres === "ok" ? 200 : 503;
  return Response.json(
    { status: status === 200 ? "ready" : "unavailable", postgres, limiter },
    { status, headers },
  );
}
