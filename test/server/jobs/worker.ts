// Run by kill.test.ts as a process of its own: the queue as main.ts starts it, without the doors.
import { readEnv } from "@/env";
import { createLogger } from "@/server/core/logger";
import { startQueue } from "@/server/jobs/queue";
import { contextFor } from "@/server/platform";
import { assemble } from "@/server/shared-platform";

const env = readEnv();
const url = env.DATABASE_URL ?? "";
const platform = assemble(env, createLogger("warn"), { url, pepper: undefined, sessionSecret: "" });
const queue = await startQueue(contextFor(platform, { kind: "system", name: "jobs" }), url);

process.once("SIGTERM", async () => {
  await queue.stop();
  await platform.databases.end();
  await platform.limiter.close();
  process.exit(0);
});
