import cluster from "node:cluster";
import { once } from "node:events";
import * as z from "zod";
import type { Shutdown } from "./shutdown";

/** What a worker is told by its primary. Not by its environment, which other programs of this user can read. */
const assignmentSchema = z.object({
  /** From 1; the one that takes the place of another has its number. */
  worker: z.int().min(1),
  /** Of the database that the primary has opened. A secret. */
  databaseUrl: z.string(),
  /** It speaks for all of them, in what is told once at a start. */
  isFirst: z.boolean(),
});

export type Assignment = z.infer<typeof assignmentSchema>;

/** What a worker says to its primary: that it can hear, and that it serves. */
export const fromWorkerSchema = z.enum(["hello", "started"]);

/** In a worker. It asks, as what comes before somebody listens is lost. */
export async function askForAssignment(): Promise<Assignment> {
  const answered = once(process, "message");
  process.send?.("hello" satisfies z.infer<typeof fromWorkerSchema>);
  const [assignment] = await answered;
  return assignmentSchema.parse(assignment);
}

/** In a worker, once it listens. */
export function tellStarted(): void {
  process.send?.("started" satisfies z.infer<typeof fromWorkerSchema>);
}

/** In a worker: without its primary, which was killed, it gets no more connections. What it was given it brings to its end. */
export function endWithPrimary(shutdown: Shutdown): void {
  const { worker } = cluster;
  worker?.once("disconnect", () => {
    // Or Node ends the process here and now, with what of the log is not written.
    worker.exitedAfterDisconnect = true;
    void shutdown.stop(1);
  });
}
