import { sql } from "drizzle-orm";
import type { Environment } from "@/contracts/environments";
import { cleaned } from "@/contracts/text";
import { MAX_WEBHOOK_BODY_BYTES, type WebhookEventType } from "@/contracts/webhooks";
import { newId } from "@/server/core/ids";
import { redactKeys } from "@/server/core/key-format";
import type { Transaction } from "@/server/database/connections";
import type { ServiceContext } from "../context";

/** Something that has happened. */
export interface NewWebhookEvent {
  type: WebhookEventType;
  environment: Environment;
  /** The id of the record that it is about: what is told of one goes out in order. */
  subjectId: string;
  /** The record as the public API shows it. Never a secret or a digest; a licence key is masked. */
  data: object;
  /** Names the occasion of what is found by looking: told again, it is not sent again. */
  onceKey?: string;
}

/**
 * Puts in line what has happened, for the endpoints that want it, in the transaction of the change: it is sent exactly if that
 * commits. To be called while the record is locked, so that two changes are told in their order. It waits for nobody.
 */
export async function publishWebhooks(
  ctx: ServiceContext & { tx: Transaction },
  events: readonly NewWebhookEvent[],
): Promise<void> {
  if (events.length === 0) return;
  const at = ctx.clock.now();
  const rows = events.map(({ data, ...event }) => ({
    ...event,
    id: newId("msg"),
    body: bodyOf({ ...event, data }, at),
  }));
  await ctx.tx.execute(
    sql`select publish_webhooks(${JSON.stringify(rows)}::text::jsonb, ${at.toISOString()}::timestamptz)`,
  );
}

/** As Standard Webhooks recommends: `type`, `timestamp` and `data`. Rows of before texts were looked at may hold a key. */
function bodyOf({ type, data, subjectId }: NewWebhookEvent, at: Date): string {
  const body = (about: object) =>
    cleaned(redactKeys(JSON.stringify({ type, timestamp: at.toISOString(), data: about })));
  const whole = body(data);
  return Buffer.byteLength(whole) <= MAX_WEBHOOK_BODY_BYTES ? whole : body({ id: subjectId });
}
