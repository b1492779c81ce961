import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { longResult } from "@test/server/jobs/support";
import { sqlOf } from "@test/server/services/support";
import { CLIENT_ADDRESS, inProcess } from "@test/support/calls";
import { suiteFixture } from "@test/support/suite";
import { beforeAll, describe, expect, test } from "vitest";
import type { Id } from "@/contracts/ids";
import { PERMISSIONS } from "@/contracts/permissions";
import type { CreateKeyInput } from "@/contracts/schemas/keys";
import { gatewayListener } from "@/gateway/http/node-listener";
import { createHttpServer } from "@/gateway/http/server";
import { deleteKey, regenerateKey, revokeKey } from "@/server/services/keys";

const fixture = suiteFixture();
const api = inProcess(fixture);

/** A job whose result is read in two stretches. */
let job: Id<"job">;

beforeAll(async () => {
  job = await longResult(fixture);
});

function newKey(settings: Partial<CreateKeyInput> = {}) {
  return fixture.key({ permissions: PERMISSIONS, rateLimits: { minute: 1 }, ...settings });
}

/** A download of which the first stretch has been read. */
async function begun(secret: string) {
  const init = { headers: { authorization: `Bearer ${secret}` } };
  const answer = await api(`/api/v1/staging/jobs/${job}/result`, init, CLIENT_ADDRESS);
  const reader = answer.body?.getReader();
  if (answer.status !== 200 || !reader) throw new Error(`Answered ${answer.status}`);
  const { value } = await reader.read();
  expect(new TextDecoder().decode(value).trimEnd().split("\r\n")).toHaveLength(4_001);
  return reader;
}

describe("A download of a job's result", () => {
  test("goes on to its end as one call, however many stretches it has", async () => {
    const reader = await begun((await newKey()).secret);
    const { value } = await reader.read();
    expect(new TextDecoder().decode(value).trimEnd().split("\r\n")).toHaveLength(200);
    expect((await reader.read()).done).toBe(true);
  });

  const change = (assignment: string) => (id: Id<"key">) =>
    sqlOf(fixture).unsafe(`update api_keys set ${assignment} where id = '${id}'`);

  test.each<[string, string, (id: Id<"key">) => PromiseLike<unknown>]>([
    ["was revoked", "key_revoked", (id) => revokeKey(fixture.context(), { id, reason: "" })],
    ["has expired", "key_expired", change("expires_at = '2023-01-01'")],
    [
      "was deleted",
      "key_invalid",
      async (id) => {
        await revokeKey(fixture.context(), { id, reason: "" });
        await deleteKey(fixture.context(), { id, name: "Test key" });
      },
    ],
    ["got another secret", "key_invalid", (id) => regenerateKey(fixture.context(), { id, overlap: "now" })],
    ["may not read jobs any more", "permission_denied", change("permissions = '{licenses:read}'")],
    ["may not read what is in it any more", "permission_denied", change("permissions = '{jobs:read}'")],
    ["was restricted to customers", "not_found", change("customer_scoped = true")],
    ["was restricted to other addresses", "ip_not_allowed", change("ip_allowlist = '{192.0.2.0/24}'")],
  ])("breaks off before the next stretch once its key %s", async (_what, code, deed) => {
    const { key, secret } = await newKey();
    const reader = await begun(secret);
    await deed(key.id);
    await expect(reader.read()).rejects.toMatchObject({ code });
  });

  test("that waits for its reader is cut at the connection, and never looks complete", async () => {
    const { key, secret } = await newKey();
    // More than the buffers between two processes hold.
    const [stretches, megabytes] = [4, 8];
    const bytes = gzipSync("x".repeat(2 ** 20));
    for (let part = 0; part < stretches * megabytes; part++) {
      await sqlOf(fixture)`
        insert into job_result_parts (job_id, part, environment, bytes) values (${job}, ${10_000 + part}, 'staging', ${bytes})`;
    }
    const server = createHttpServer(fixture.runtime, gatewayListener(fixture.runtime));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    try {
      const { port } = server.address() as AddressInfo;
      const path = `/api/v1/staging/jobs/${job}/result`;
      const request = get({ port, path, headers: { authorization: `Bearer ${secret}` } });
      const [answer] = (await once(request, "response")) as [IncomingMessage];
      expect(answer.statusCode).toBe(200);
      await revokeKey(fixture.context(), { id: key.id, reason: "" });
      let received = 0;
      answer.on("data", (chunk: Buffer) => {
        received += chunk.byteLength;
      });

      const [fault] = (await once(answer, "error")) as [NodeJS.ErrnoException];
      expect(fault.code).toBe("ECONNRESET");
      expect(answer.complete).toBe(false);
      expect(received).toBeLessThan(stretches * megabytes * 2 ** 20);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  /** Works while no part of a result can be read. */
  async function whileNothingIsRead(work: () => Promise<void>): Promise<void> {
    await sqlOf(fixture).begin(async (sql) => {
      await sql`lock table job_result_parts in access exclusive mode`;
      await work();
    });
  }
  const running = () => fixture.runtime.callsInFlight.running;

  test("gives its key's place back where its caller has gone before it began", async () => {
    const { secret } = await newKey();
    const server = createHttpServer(fixture.runtime, gatewayListener(fixture.runtime));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    try {
      await whileNothingIsRead(async () => {
        const { port } = server.address() as AddressInfo;
        const connected = once(server, "connection") as Promise<[Socket]>;
        const request = get({
          port,
          path: `/api/v1/staging/jobs/${job}/result`,
          headers: { authorization: `Bearer ${secret}` },
        });
        request.on("error", () => undefined);
        const [connection] = await connected;
        await expect.poll(running).toBe(1);
        request.destroy();
        await once(connection, "close");
      });
      await expect.poll(running).toBe(0);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  test("gives it back in Next's mount as well, which lets such an answer fall", async () => {
    const { secret } = await newKey();
    const caller = new AbortController();
    const init = { headers: { authorization: `Bearer ${secret}` }, signal: caller.signal };
    let answer: Promise<Response> | undefined;
    await whileNothingIsRead(async () => {
      answer = api(`/api/v1/staging/jobs/${job}/result`, init, CLIENT_ADDRESS);
      await expect.poll(running).toBe(1);
      caller.abort();
    });
    expect((await answer)?.status).toBe(200);
    await expect.poll(running).toBe(0);
  });
});
