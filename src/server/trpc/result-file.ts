import { textStream } from "@/server/core/text-stream";
import type { JobResult } from "@/server/services/jobs";

/** A job's result as one file, from the procedure that gives it stretch by stretch. */
export async function resultFile(read: (after: number | null) => Promise<JobResult>) {
  const first = await read(null);
  return { fileName: first.fileName, stream: textStream({ first, read }) };
}
