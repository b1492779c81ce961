import { within } from "@/server/core/within";
import type { Databases } from "./connections";

/** For a session, in milliseconds; only a pooler makes wait for one. */
const PATIENCE_MS = 1_500;

/** How often is tried: a pooler may hand the same session back by chance. */
const ATTEMPTS = 3;

/**
 * Whether something between us and Postgres lends sessions for a transaction at a time. A pooler does not tell, so it is
 * tried: while a second connection holds a transaction open, the first one asks which session it has. Where each
 * connection has its own, that never changes; where sessions are lent, the second takes the one that the first gave back.
 */
export async function isSessionLent({ lookUps, records }: Databases): Promise<boolean> {
  const first = await lookUps.$client.reserve();
  try {
    const session = async () => {
      // The simple protocol: nothing is prepared, which a pooler might refuse.
      const [row] = await first.unsafe<{ pid: number }[]>("select pg_backend_pid() as pid");
      return row?.pid;
    };
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const before = await session();
      const { answer, after } = await records.$client.begin(async (second) => {
        await second.unsafe("select 1");
        const answer = session();
        // In an object, or it would be waited for here. A pooler with a single session has none to lend meanwhile.
        return { answer: { answer }, after: await within(PATIENCE_MS, answer).catch(() => undefined) };
      });
      await answer.answer;
      if (before !== after) return true;
    }
    return false;
  } finally {
    first.release();
  }
}
