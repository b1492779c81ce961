import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { codeBlocks } from "@test/support/documents";
import { createFixture, type Fixture } from "@test/support/fixture";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import { NextRequest } from "next/server";
import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";
import type { CreateKeyInput } from "@/contracts/schemas/keys";
import { gatewayListener } from "@/gateway/http/node-listener";
import { revokeKey } from "@/server/services/keys";

/** A program with one route that needs customers:read, and answers with the id of the key that called. */
type Program = (headers: Record<string, string>) => Promise<Response>;

let fixture: Fixture;
const servers: Server[] = [];
let gateway: Server;
const programs = new Map<string, Program>();

async function urlOf(server: Server): Promise<string> {
  servers.push(server.listen(0, "127.0.0.1"));
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function served(listener: RequestListener): Promise<Program> {
  const url = await urlOf(createServer(listener));
  return (headers) => fetch(`${url}/orders`, { headers });
}

/** The modules of the document, as somebody has them who copied each into a file of its name. */
async function modulesOfTheDocument() {
  const directory = mkdtempSync(path.join(inject("scratchDirectory"), "guard-"));
  writeFileSync(path.join(directory, "package.json"), '{ "type": "module" }');
  for (const block of codeBlocks("docs/guard-your-service.md", "js")) {
    const [, name] = /^\/\/ (\w+\.js)\n/.exec(block) ?? [];
    if (!name) throw new Error("A block of the document does not say which file it is.");
    writeFileSync(path.join(directory, name), block);
  }
  return (name: string) => import(/* @vite-ignore */ pathToFileURL(path.join(directory, `${name}.js`)).href);
}

beforeAll(async () => {
  fixture = await createFixture();
  gateway = createServer(gatewayListener(fixture.runtime));
  const { secret } = await newKey({ permissions: ["keys:verify"], rateLimits: { minute: 100_000 } });
  vi.stubEnv("KEYWARD_URL", `${await urlOf(gateway)}/api/v1/production`);
  vi.stubEnv("KEYWARD_API_KEY", secret);
  const module = await modulesOfTheDocument();

  const ofExpress = await module("express");
  const app = express();
  app.get("/orders", ofExpress.requires("customers:read"), (request, response) => {
    response.json({ caller: (request as unknown as { caller: { keyId: string } }).caller.keyId });
  });
  programs.set("express", await served(app));

  const ofFastify = await module("fastify");
  const server = fastify();
  server.get("/orders", { preHandler: ofFastify.requires("customers:read") }, async (request) => ({
    caller: (request as unknown as { caller: { keyId: string } }).caller.keyId,
  }));
  await server.ready();
  programs.set("fastify", await served(server.routing));

  const ofHono = await module("hono");
  const hono = new Hono<{ Variables: { caller: { keyId: string } } }>();
  const addressOf = () => "127.0.0.1";
  hono.get("/orders", ofHono.requires("customers:read", addressOf), (c) =>
    c.json({ caller: c.get("caller").keyId }),
  );
  programs.set("hono", async (headers) => hono.request("/orders", { headers }));

  const ofNext = await module("next");
  const GET = ofNext.requires("customers:read", (_: NextRequest, caller: { keyId: string }) =>
    Response.json({ caller: caller.keyId }),
  );
  programs.set("next", async (headers) => {
    const request = new NextRequest("http://orders.test/orders", {
      headers: { "x-real-ip": "127.0.0.1", ...headers },
    });
    // Next answers 500 where a handler throws.
    return GET(request).catch(() => new Response(null, { status: 500 }));
  });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
  await fixture?.close();
});

const newKey = (input: Partial<CreateKeyInput> = {}) =>
  fixture.key({
    environment: "production",
    permissions: ["customers:write"],
    rateLimits: { minute: 1_000 },
    ...input,
  });

const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });

describe.each(["express", "fastify", "hono", "next"])("The document's middleware for %s", (name) => {
  const ask: Program = (headers) => {
    const program = programs.get(name);
    if (!program) throw new Error(`${name} was not started`);
    return program(headers);
  };

  async function expectRefused(answer: Response, status: number, code: string): Promise<void> {
    expect(answer.status).toBe(status);
    // Some add a charset, which has no effect (RFC 8259, section 11).
    expect(answer.headers.get("content-type")).toMatch(/^application\/problem\+json(?:;|$)/);
    expect(await answer.json()).toEqual({ status, code, detail: expect.stringMatching(/\S/) });
  }

  test("lets a good key in, sent in either way, and says who calls", async () => {
    const { key, secret } = await newKey({ ipAllowlist: ["127.0.0.1"] });
    for (const headers of [bearer(secret), { authorization: `bearer ${secret}` }, { "x-api-key": secret }]) {
      const answer = await ask(headers as Record<string, string>);
      expect(answer.status).toBe(200);
      expect(await answer.json()).toEqual({ caller: key.id });
    }
  });

  test("answers 401, 403 and 429 as Keyward would, with what belongs to each", async () => {
    const missing = await ask({});
    await expectRefused(missing, 401, "key_missing");
    expect(missing.headers.get("www-authenticate")).toBe('Bearer realm="orders"');
    await expectRefused(await ask(bearer("garbage")), 401, "key_invalid");
    await expectRefused(await ask({ authorization: "Basic YTpi" }), 401, "key_missing");
    const lesser = await newKey({ permissions: ["jobs:read"] });
    await expectRefused(await ask(bearer(lesser.secret)), 403, "permission_denied");
    const fenced = await newKey({ ipAllowlist: ["192.0.2.1"] });
    await expectRefused(await ask(bearer(fenced.secret)), 403, "ip_not_allowed");
    const spent = await newKey({ rateLimits: { day: 1 } });
    await ask(bearer(spent.secret));
    const limited = await ask(bearer(spent.secret));
    await expectRefused(limited, 429, "rate_limited");
    expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(0);
  });

  test("refuses a revoked key from the next call on, and one of another environment like an unknown one", async () => {
    const { key, secret } = await newKey();
    expect((await ask(bearer(secret))).status).toBe(200);
    await revokeKey(fixture.context(), { id: key.id, reason: "" });
    await expectRefused(await ask(bearer(secret)), 401, "key_revoked");
    const staged = await newKey({ environment: "staging" });
    await expectRefused(await ask(bearer(staged.secret)), 401, "key_invalid");
  });
});

test("Nobody is let in by any of them while Keyward is away", async () => {
  const { secret } = await newKey();
  gateway.close();
  gateway.closeAllConnections();
  for (const [name, ask] of programs) {
    const { status } = await ask(bearer(secret));
    expect([name, status >= 500]).toEqual([name, true]);
  }
});
