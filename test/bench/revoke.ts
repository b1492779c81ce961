import { signIn } from "@test/support/console";
import { type Mount, startMount } from "@test/support/mounts";
import { createKeySchema } from "@/contracts/schemas/keys";
import { parse } from "@/server/core/validation";
import { createAdmin } from "@/server/services/admins";
import { createKey } from "@/server/services/keys";
import { makeKeys } from "./keys";
import { load, withKeys } from "./load";
import type { Result } from "./result";
import { onRuntime } from "./runtime";

const KEYS = 30;
/** Calls that are sent to each process once the revoke has answered. */
const CALLS = 50;
const IDLE_MS = 30_000;
const ADMIN = { email: "revoker@acme.example", password: "correct horse battery", role: "admin" } as const;

/**
 * Calls that were let in although they began after a revoke had answered: by the process that revoked, by another that is
 * busy, and by one that has been idle for half a minute. All know the key from a call before.
 */
export async function revokeBenchmarks(databaseUrl: string): Promise<Result[]> {
  const others = await makeKeys(databaseUrl);
  const made = await onRuntime(databaseUrl, async ({ context }) => {
    await createAdmin(context(), ADMIN);
    const keys = [];
    for (let number = 0; number < KEYS; number++) {
      const input = { name: `Revoked ${number}`, environment: "production", permissions: ["customers:read"] };
      keys.push(await createKey(context(), parse(createKeySchema, input)));
    }
    return keys;
  });
  const mounts: Mount[] = [];
  try {
    for (let number = 0; number < 3; number++)
      mounts.push(await startMount("main.ts", databaseUrl, { TRUSTED_PROXIES: "0" }));
    const [same, busy] = mounts as [Mount, Mount, Mount];
    const administrator = await signIn(same, ADMIN);
    if (!administrator) throw new Error("The administrator is not let in.");
    for (const { secret } of made)
      for (const mount of mounts)
        if ((await accepted(mount, secret, 1)) !== 1)
          throw new Error("A key does not work before its revoke.");
    const noise = keepBusy(busy, others);
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    const late = [0, 0, 0];
    for (const { key, secret } of made) {
      const { status, text } = await administrator.mutate("keys.revoke", { id: key.id });
      if (status !== 200) throw new Error(`The revoke was answered ${status}: ${text}`);
      const counts = await Promise.all(mounts.map((mount) => accepted(mount, secret, CALLS)));
      for (const [at, count] of counts.entries()) late[at] = (late[at] ?? 0) + count;
    }
    await noise.stop();
    const [bySame, byBusy, byIdle] = late;
    return [
      {
        what: "accepted calls that began after a revoke had answered",
        figure: late.reduce((sum, count) => sum + count, 0),
        unit: "calls",
        bar: 0,
        aim: 0,
        kind: "cost",
        detail: `of ${3 * KEYS * CALLS}: ${bySame} by the same process, ${byBusy} by a busy one, ${byIdle} by one idle for 30 s`,
      },
    ];
  } finally {
    for (const mount of mounts) await mount.stop();
  }
}

/** Calls a process with other keys until told to stop. */
function keepBusy({ url }: Mount, keys: readonly string[]) {
  let stopped = false;
  const calling = (async () => {
    while (!stopped) await load(url, withKeys(keys), 5);
  })();
  return {
    stop: () => {
      stopped = true;
      return calling;
    },
  };
}

/** How many of so many calls at once are let in. */
async function accepted({ url }: Mount, secret: string, calls: number): Promise<number> {
  const call = async () => {
    const headers = { authorization: `Bearer ${secret}` };
    const answer = await fetch(`${url}/api/v1/production/key`, { headers });
    await answer.arrayBuffer();
    return answer.ok;
  };
  const answers = await Promise.all(Array.from({ length: calls }, call));
  return answers.filter(Boolean).length;
}
