import type { Env } from "@/env";
import type { AddressReader } from "./core/client-address";
import type { Logger } from "./core/logger";
import type { Principal } from "./core/principal";
import type { Databases } from "./db/connections";
import type { DatabaseClock } from "./db/database-clock";
import { BACKGROUND_LIMITS } from "./db/time-limits";
import type { CallsInFlight, Limiter } from "./rate-limit";
import type { KeyMaterial, ServiceContext } from "./services/context";
import type { LastUseRecorder } from "./services/keys";
import type { RequestRecorder } from "./services/requests";

/** The parts of a running Keyward, put together once at start and shared by the API and the console. */
export interface Platform {
  env: Env;
  /** Public URL of the deployment, without a slash at the end. */
  baseUrl: string;
  clock: DatabaseClock;
  logger: Logger;
  /** The client's address of a call, for the API and the console. */
  addressOf: AddressReader;
  databases: Databases;
  limiter: Limiter;
  callsInFlight: CallsInFlight;
  lastUse: LastUseRecorder;
  requestLog: RequestRecorder;
  /** Signs session cookies. */
  sessionSecret: string;
  keyMaterial: KeyMaterial;
}

/** The circumstances of a call, for the context of the verbs that serve it. */
export interface Origin {
  requestId: ServiceContext["requestId"];
  ip: string | null;
  userAgent: string | null;
}

/** The context in which a principal's verbs run. */
export function contextFor<Actor extends Principal>(
  platform: Platform,
  principal: Actor,
  origin: Origin = { requestId: null, ip: null, userAgent: null },
): ServiceContext & { principal: Actor } {
  const { clock, databases, limiter, logger, keyMaterial } = platform;
  return { principal, clock, databases, limiter, logger, keyMaterial, ...origin };
}

/** The context of Keyward's own work and the operator's commands: no call waits, so a statement may take longer. */
export function backgroundContextFor(platform: Platform, name: "jobs" | "command line") {
  return { ...contextFor(platform, { kind: "system", name }), limits: BACKGROUND_LIMITS };
}
