import type { Fixture } from "@test/support/fixture";
import { keyPrincipal } from "@test/support/fixture";
import { sendTelemetrySchema } from "@/contracts/schemas/telemetry";
import type { KeyPrincipal } from "@/server/core/principal";
import { parse } from "@/server/core/validation";
import { ingestTelemetry } from "@/server/services/telemetry";

/** Sends events as the gateway does: parse, then the verb. By a key that may do everything, in staging, unless told otherwise. */
export async function send(fixture: Fixture, events: unknown, principal: Partial<KeyPrincipal> = {}) {
  const input = parse(sendTelemetrySchema, { events });
  return ingestTelemetry(fixture.context(keyPrincipal(principal)), input);
}

/** What is stored, as the owner sees it. */
export function storedEvents(fixture: Fixture) {
  return fixture.runtime.databases.owner.$client`
    select * from telemetry_events order by received_at, id`;
}
