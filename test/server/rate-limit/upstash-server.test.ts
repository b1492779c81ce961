import { createHash } from "node:crypto";
import { startRedis, type TestRedis } from "@test/support/redis";
import { startUpstashServer, type UpstashServer } from "@test/support/upstash-server";
import { Redis } from "@upstash/redis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

/** The stand-in has to be right before anything that was tested through it can be. */
describe("the stand-in for Upstash understands the real client", { tags: "redis-server" }, () => {
  let redis: TestRedis;
  let server: UpstashServer;
  let client: Redis;

  beforeAll(async () => {
    redis = await startRedis();
    server = await startUpstashServer({ redisUrl: redis.url, token: "right" });
    client = new Redis({
      url: server.url,
      token: "right",
      enableAutoPipelining: false,
      enableTelemetry: false,
    });
  });
  afterAll(async () => {
    await server.stop();
    await redis.stop();
  });

  test("single commands, with text, numbers, lists and nothing as answers", async () => {
    expect(await client.set("text", "grüße ✓")).toBe("OK");
    expect(await client.get("text")).toBe("grüße ✓");
    expect(await client.incr("number")).toBe(1);
    expect(await client.mget("text", "number", "none")).toEqual(["grüße ✓", 1, null]);
    expect(await client.eval("return {1, 'two', {'three'}}", [], [])).toEqual([1, "two", ["three"]]);
    expect(server.requests.every(({ headers }) => headers["upstash-encoding"] === "base64")).toBe(true);
  });

  test("answers without an encoding for whoever does not ask for one", async () => {
    const plain = new Redis({
      url: server.url,
      token: "right",
      responseEncoding: false,
      enableTelemetry: false,
    });
    expect(await plain.echo("plain")).toBe("plain");
  });

  test("an error of Redis is an error of the command", async () => {
    await client.set("word", "no number");
    await expect(client.incr("word")).rejects.toThrow(/ERR value is not an integer/);
    await expect(client.evalsha("0".repeat(40), [], [])).rejects.toThrow(/NOSCRIPT/);
  });

  test("a pipeline goes on after an error", async () => {
    const pipeline = client.pipeline().set("a", "x").incr("a").get("a");
    expect(await pipeline.exec({ keepErrors: true })).toMatchObject([
      { result: "OK" },
      { error: expect.stringContaining("ERR value") },
      { result: "x" },
    ]);
    expect(server.requests.at(-1)?.path).toBe("/pipeline");
  });

  test("a transaction is one", async () => {
    expect(await client.multi().set("b", "1").incr("b").exec()).toEqual(["OK", 2]);
    expect(server.requests.at(-1)?.path).toBe("/multi-exec");
  });

  test("a script with the flag that only Upstash knows is accepted, by text and then by digest", async () => {
    const script = "#!lua flags=allow-key-locking\nreturn 7";
    const digest = createHash("sha1").update(script).digest("hex");
    await expect(client.evalsha(digest, [], [])).rejects.toThrow(/NOSCRIPT/);
    expect(await client.eval(script, [], [])).toBe(7);
    expect(await client.evalsha(digest, [], [])).toBe(7);
  });

  test("a wrong token is refused", async () => {
    const stranger = new Redis({ url: server.url, token: "wrong", enableTelemetry: false });
    await expect(stranger.get("text")).rejects.toThrow(/Unauthorized/);
    const response = await fetch(server.url, { method: "POST", body: '["GET","text"]' });
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ error: "Unauthorized" });
  });

  test("a body that is no command is refused", async () => {
    const headers = { authorization: "Bearer right" };
    const response = await fetch(server.url, { method: "POST", headers, body: "no json" });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: expect.stringMatching(/^ERR/) });
  });
});
