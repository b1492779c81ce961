import { sql } from "drizzle-orm";
import { authorize } from "@/server/core/authorize";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";

/** Whether a webhook is due that was not taken yet, be it that it is being sent now. */
export async function hasDueWebhooks(ctx: ServiceContext): Promise<boolean> {
  authorize(ctx, "webhooks:manage");
  const at = sql`${ctx.clock.now().toISOString()}::timestamptz`;
  const due = await withDatabase(ctx, (db) =>
    db.execute(sql`
      select from webhook_endpoints e cross join lateral (
        select from webhook_deliveries d
        where d.endpoint_id = e.id and d.next_attempt_at <= ${at} and not d.is_held_back
        order by d.next_attempt_at, d.position limit 1
      ) as due
      where e.disabled_at is null limit 1`),
  );
  return due.length > 0;
}
