import type postgres from "postgres";

/**
 * Disables the webhook endpoints that a backup has brought along. Their secrets are good, and what is found by looking, such as keys
 * that expire, is found again: a copy that is tried out would tell real receivers as the real installation.
 * @returns how many there were that were enabled
 */
export async function disableWebhooks(sql: postgres.TransactionSql): Promise<number> {
  const { count } = await sql`
    update webhook_endpoints set disabled_at = now(), disabled_reason = 'restored', updated_at = now()
    where disabled_at is null`;
  return count;
}
