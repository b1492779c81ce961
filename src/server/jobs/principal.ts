import { and, eq, isNull } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import { keyStatus } from "@/contracts/keys";
import { AppError } from "@/server/core/errors";
import type { AdminPrincipal, KeyPrincipal } from "@/server/core/principal";
import { adminColumns, admins, apiKeyCustomers, apiKeys, type jobRecords } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "@/server/services/context";

type JobOwner = Pick<
  typeof jobRecords.$inferSelect,
  "actorKind" | "actorId" | "environment" | "keyId" | "customers"
>;

/**
 * Who a job runs as, read from the database before each chunk: what was taken from a key or an administrator since the
 * job was started is taken from the job. Otherwise a job queued in time would outlive the revoke of a stolen key.
 * @param ctx Keyward's own, on the owner's pool: keyward_api cannot see keys
 * @throws AppError saying why the job must not go on
 */
export function principalOfJob(ctx: ServiceContext, job: JobOwner): Promise<KeyPrincipal | AdminPrincipal> {
  return job.keyId ? keyPrincipal(ctx, job, job.keyId) : adminPrincipal(ctx, job.actorId as Id<"adm">);
}

async function keyPrincipal(ctx: ServiceContext, job: JobOwner, keyId: Id<"key">): Promise<KeyPrincipal> {
  const { key, scope } = await withDatabase(ctx, async (db) => {
    const [key] = await db
      .select({
        id: apiKeys.id,
        name: apiKeys.name,
        permissions: apiKeys.permissions,
        customerScoped: apiKeys.customerScoped,
        revokedAt: apiKeys.revokedAt,
        expiresAt: apiKeys.expiresAt,
        deletedAt: apiKeys.deletedAt,
      })
      .from(apiKeys)
      .where(and(eq(apiKeys.id, keyId), eq(apiKeys.environment, job.environment)));
    if (!key?.customerScoped) return { key, scope: null };
    const customers = await db
      .select({ id: apiKeyCustomers.customerId })
      .from(apiKeyCustomers)
      .where(eq(apiKeyCustomers.keyId, keyId));
    return { key, scope: customers.map(({ id }) => id) };
  });
  if (!key || key.deletedAt)
    throw new AppError("key_invalid", "The API key that started this job was deleted.");
  const status = keyStatus(key, ctx.clock.now());
  if (status === "inactive") {
    throw new AppError("key_revoked", "The API key that started this job was revoked.");
  }
  if (status === "expired") {
    throw new AppError("key_expired", "The API key that started this job has expired.");
  }
  if (!within(job.customers, scope)) {
    throw new AppError(
      "customer_out_of_scope",
      "The API key that started this job was restricted to fewer customers since.",
    );
  }
  const { id, name, permissions } = key;
  // The scope of the start, also where the key's has grown since: the job does what was asked for then.
  return { kind: "key", id, name, environment: job.environment, permissions, customers: job.customers };
}

/** Whether the scope of the start lies within the present one; null is every customer. */
function within(start: Id<"cus">[] | null, present: Id<"cus">[] | null): boolean {
  if (present === null) return true;
  return start?.every((id) => present.includes(id)) ?? false;
}

async function adminPrincipal(ctx: ServiceContext, id: Id<"adm">): Promise<AdminPrincipal> {
  const [admin] = await withDatabase(ctx, (db) =>
    db
      .select(adminColumns)
      .from(admins)
      .where(and(eq(admins.id, id), isNull(admins.deactivatedAt))),
  );
  if (!admin) {
    throw new AppError("permission_denied", "The administrator who started this job is no longer active.");
  }
  return { kind: "admin", ...admin };
}
