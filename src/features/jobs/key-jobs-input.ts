import type { Id } from "@/contracts/ids";

/** Input of `jobs.list`: the server's prefetch and the browser's query must build the very same. */
export function keyJobsInput(keyId: Id<"key">) {
  return { keyId, pageSize: 10 } as const;
}
