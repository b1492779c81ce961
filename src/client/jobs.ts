import type { components } from "./openapi.js";
import { type Wait, waitByClock } from "./wait.js";

export type Job = components["schemas"]["Job"];
export type JobProgress = Job["progress"];

/** A job that ended otherwise than well. */
export class JobError extends Error {
  override readonly name = "JobError";

  constructor(readonly job: Job) {
    super(
      `Job ${job.id} ${job.error ? `failed: ${job.error.detail} (${job.error.code})` : `was ${job.status}`}`,
    );
  }
}

/** Pauses between two looks, in milliseconds: often at first, as most jobs are short, and each look counts against the key's limit. */
const PAUSES_MS = [500, 1_000, 2_000, 5_000, 10_000];

/**
 * Looks at a job until it has ended.
 * @param look gets it
 * @throws JobError
 */
export async function waitForJob(
  look: (signal: AbortSignal) => Promise<Job>,
  {
    onProgress,
    signal = new AbortController().signal,
  }: { onProgress?: (progress: JobProgress, job: Job) => void; signal?: AbortSignal },
  wait: Wait = waitByClock,
): Promise<Job> {
  for (let looks = 0; ; looks++) {
    const job = await look(signal);
    onProgress?.(job.progress, job);
    if (job.status === "succeeded") return job;
    if (job.status === "failed" || job.status === "cancelled") throw new JobError(job);
    await wait(PAUSES_MS[Math.min(looks, PAUSES_MS.length - 1)] ?? 0, signal);
  }
}
