import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readEnv } from "@/env";
import { withTransaction } from "@/server/database/session";
import type { ServiceContext } from "@/server/services/context";
import { createWebhook, publishWebhooks, sendDueWebhooks } from "@/server/services/webhooks";
import { createWebhookSender } from "@/server/webhooks/sender";
import { postmasterOf, processorTime } from "./processor-time";
import type { Result } from "./result";
import { onRuntime, perSecond } from "./runtime";

const EVENTS = 1_000;
/** As many as a process has. */
const WORKERS = 3;

/** Answers each webhook at once, in a process of its own, whose time is not the sender's. */
const RECEIVER = `
  const server = require("node:http").createServer((request, response) => {
    request.resume().on("end", () => response.writeHead(204).end());
  });
  server.listen(0, "127.0.0.1", () => process.stdout.write(String(server.address().port)));`;

async function startReceiver(): Promise<{ process: ChildProcess; url: string }> {
  const receiver = spawn(process.execPath, ["-e", RECEIVER], { stdio: ["ignore", "pipe", "inherit"] });
  const [port] = await once(receiver.stdout, "data");
  return { process: receiver, url: `http://127.0.0.1:${port}/hook` };
}

/** Tells of changes to so many records, in turns, in transactions of a hundred. */
async function publish(ctx: ServiceContext, count: number): Promise<void> {
  for (let from = 0; from < count; from += 100) {
    const events = Array.from({ length: 100 }, (_, index) => ({
      type: "license.updated" as const,
      environment: "production" as const,
      subjectId: `lic_${(from + index) % 200}`,
      data: { id: `lic_${(from + index) % 200}`, product: "Bench", features: ["export", "print"] },
    }));
    await withTransaction(ctx, (ctx) => publishWebhooks(ctx, events));
  }
}

/** What a delivery costs and how many there are a second, to one receiver that answers at once, and to twenty. */
export async function webhookBenchmarks(databaseUrl: string): Promise<Result[]> {
  const receiver = await startReceiver();
  const env = readEnv({ NODE_ENV: "production", WEBHOOK_PRIVATE_NETWORKS: "127.0.0.0/8" });
  try {
    return await onRuntime(databaseUrl, async ({ runtime, context }) => {
      const sql = runtime.databases.owner.$client;
      const worker = {
        ...context({ kind: "system", name: "jobs" }),
        webhookSender: createWebhookSender(env),
      };
      const roots = {
        node: process.pid,
        receiver: receiver.process.pid ?? 0,
        postgres: await postmasterOf(databaseUrl),
      };
      const results: Result[] = [];
      for (const endpoints of [1, 20]) {
        await sql`truncate webhook_endpoints, webhook_messages, webhook_deliveries, webhook_attempts`;
        for (let index = 0; index < endpoints; index += 1) {
          await createWebhook(worker, {
            environment: "production",
            url: receiver.url,
            events: ["license.updated"],
          });
        }
        const deliveries = EVENTS * (endpoints === 1 ? 1 : 4);
        await publish(worker, deliveries / endpoints);
        await sql`analyze webhook_deliveries, webhook_endpoints`;
        const stop = new AbortController();
        let rate = Number.NaN;
        const used = await processorTime(roots, async () => {
          rate = await perSecond(deliveries, () =>
            Promise.all(Array.from({ length: WORKERS }, () => sendDueWebhooks(worker, stop.signal))),
          );
        });
        const [row] =
          await sql`select count(*)::int as taken from webhook_deliveries where state = 'delivered'`;
        if (row?.taken !== deliveries) throw new Error(`Of ${deliveries} webhooks ${row?.taken} were taken`);
        const each = (us: number) => Math.round(us / deliveries);
        results.push({
          what: `processor time of Node for a webhook, to ${endpoints === 1 ? "one endpoint" : `${endpoints} endpoints`}`,
          // The receiver was started by this process.
          figure: each(used.node - used.receiver),
          unit: "us",
          kind: "cost",
          bar: 5_000,
          aim: 2_500,
          detail: `${Math.round(rate)}/s by ${WORKERS} workers; Postgres ${each(used.postgres)} us`,
        });
      }
      return results;
    });
  } finally {
    receiver.process.kill();
  }
}
