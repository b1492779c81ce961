import { createHash, timingSafeEqual } from "node:crypto";
import type { ServiceContext } from "@/server/services/context";
import { sendDueMails } from "@/server/services/mails";
import { runMaintenance } from "./maintenance";
import { runJobs } from "./run";

/** How long one call works before it leaves the rest to the next: below what such hosting allows a function. */
const BUDGET_MS = 25_000;

const digest = (text: string) => createHash("sha256").update(text).digest();

/**
 * Whether a call may start a batch. Compared as digests, in constant time: the time of an answer must not tell how much
 * of a guess is right. Without a secret the route is closed, so that nobody can make the installation work on demand.
 */
export function mayWork(secret: string | undefined, authorization: string | null): boolean {
  if (!secret) return false;
  return timingSafeEqual(digest(`Bearer ${secret}`), digest(authorization ?? ""));
}

/**
 * Sends mails, and works on jobs and maintenance, for a bounded time, for hosting where no process stays. A job that does not fit goes on in
 * the next call, after its last whole chunk.
 * @returns how many jobs were worked on
 */
export async function workBatch(ctx: ServiceContext, budgetMs = BUDGET_MS): Promise<number> {
  const stop = AbortSignal.timeout(budgetMs);
  await sendDueMails(ctx, stop);
  await runMaintenance(ctx, stop);
  return (await runJobs(ctx, {}, stop)).size;
}
