import { MIB } from "@/contracts/bounds";
import type { Runtime } from "@/server/runtime/runtime";
import { checkDatabase } from "@/server/services/health";
import type { PlainAnswer } from "./closing";

type ProbeAnswer = PlainAnswer & { body: string };

const HEADERS = { "Cache-Control": "no-store", "Content-Type": "application/json" };

/** One more file of Postgres' log, as it makes them. With less room it refuses most changes, and ends when it needs the next. */
const LEAST_FREE_BYTES = 16 * MIB;

/** `GET /api/health`: the process lives. Asks nobody else, so that an outage of Postgres does not get it restarted. */
export function health(): ProbeAnswer {
  return HEALTHY;
}

const HEALTHY = answerOf(200, { status: "ok" });

function answerOf(status: number, document: object): ProbeAnswer {
  return { status, headers: HEADERS, body: JSON.stringify(document) };
}

/**
 * `GET /api/ready`: whether calls can be served, 200 or 503 with the reason, within a second or so. Without the limiter
 * Keyward still works, in its own memory, so that alone does not take the process out of rotation. `isolation`
 * says how the database keeps the environments apart: `logins` of their own, or the owner's, `shared`. `log` says
 * what the log keeps at present (contracts/requests.ts, LOG_DETAIL): with less than everything, calls are served as ever.
 * `clockSkewMs` is by how much this process' clock is ahead of Postgres', by which Keyward goes: negative where behind.
 */
export async function ready(runtime: Runtime): Promise<ProbeAnswer> {
  const [fault, limiter] = await Promise.all([
    checkDatabase(runtime),
    runtime.limiter.ping().then(
      () => "ok" as const,
      () => "unavailable" as const,
    ),
  ]);
  const isolation = runtime.databases.isolation.kind;
  const reason = fault ?? writeFault(runtime);
  const states = {
    postgres: reason === null ? ("ok" as const) : ("unavailable" as const),
    limiter,
    isolation,
    log: runtime.requestLog.state.keeps,
    clockSkewMs: runtime.databases.clock.skewMs,
  };
  return reason === null
    ? answerOf(200, { status: "ready", ...states })
    : answerOf(503, { status: "unavailable", ...states, reason });
}

/** Why Postgres refuses changes, while it answers: in words for the operator; null: it does not, as far as can be told. */
function writeFault({ requestLog }: Runtime): string | null {
  // For the next probe: this one must not wait.
  void requestLog.look();
  const { disk } = requestLog.state;
  if (disk && disk.free < LEAST_FREE_BYTES) return "The disk that DATA_DIR is on is full.";
  // Of a disk elsewhere this is the sign: nothing else writes at all times.
  return requestLog.isFailing ? "The log of calls cannot be written. Is the disk of Postgres full?" : null;
}
