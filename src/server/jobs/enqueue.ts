import { sql } from "drizzle-orm";
import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import type { JobType } from "@/contracts/job-types";
import { cleanObject } from "@/contracts/json";
import type { JobInput } from "@/contracts/schemas/job-types";
import { newId } from "@/server/core/ids";
import { type AdminPrincipal, type KeyPrincipal, principalName } from "@/server/core/principal";
import { JOBS_CHANNEL } from "@/server/database/channels";
import type { Transaction } from "@/server/database/connections";
import { jobRecords } from "@/server/database/schema";

/** A job to be done, already authorized and parsed. */
export interface NewJob<Type extends JobType = JobType> {
  type: Type;
  input: JobInput<Type>;
  environment: Environment;
  /** Rows there will be, where that is known. */
  total: number | null;
  startedBy: KeyPrincipal | AdminPrincipal;
  requestId: Id<"req"> | null;
  now: Date;
}

/**
 * Queues a job, in the transaction of whoever asks for it: it is there exactly if that commits. The row itself is
 * the order, and the notification goes out with the same commit, so neither can be lost between.
 */
export async function enqueueJob(tx: Transaction, job: NewJob): Promise<typeof jobRecords.$inferSelect> {
  const { type, input, environment, total, startedBy, requestId, now } = job;
  const key = startedBy.kind === "key" ? startedBy : null;
  const [row] = await tx
    .insert(jobRecords)
    .values({
      id: newId("job"),
      environment,
      type,
      status: "queued",
      input: cleanObject(input),
      total,
      failed: 0,
      actorKind: startedBy.kind,
      actorId: startedBy.id,
      actorName: principalName(startedBy),
      keyId: key?.id ?? null,
      customers: key?.customers ? [...key.customers] : null,
      requestId,
      runAfter: now,
      createdAt: now,
    })
    .returning();
  if (!row) throw new Error("INSERT returned no row");
  await tx.execute(sql`select pg_notify(${JOBS_CHANNEL}, '')`);
  return row;
}
