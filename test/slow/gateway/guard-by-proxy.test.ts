import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { startCaddy } from "@test/support/caddy";
import { codeBlocks } from "@test/support/documents";
import { adminOf, createFixture, type Fixture } from "@test/support/fixture";
import { startNginx } from "@test/support/nginx";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MAX_OWN_PERMISSIONS } from "@/contracts/permissions";
import type { CreateKeyInput } from "@/contracts/schemas/keys";
import { gatewayListener } from "@/gateway/http/node-listener";
import { revokeKey } from "@/server/services/keys";
import { definePermission } from "@/server/services/permissions";

const DOCUMENT = "docs/guard-your-service.md";

/** Every address of 127.0.0.0/8 is this machine. */
const CALLER = "127.0.0.2";
const CLAIM = "192.0.2.255";

/** What the services of the document are called, and where they are here. */
type Places = Record<"keyward.internal:3000" | "orders.internal:8080", string>;

const placed = (text: string, places: Places) =>
  Object.entries(places).reduce((rest, [name, place]) => rest.replaceAll(name, place), text);

const PROXIES = {
  nginx: (places: Places) => {
    const [http = "", server = ""] = codeBlocks(DOCUMENT, "nginx");
    return startNginx(placed(server, places), placed(http, places));
  },
  caddy: (places: Places) => {
    const [site = ""] = codeBlocks(DOCUMENT, "caddyfile");
    return startCaddy((address) => placed(site, places).replace("orders.example.com", address));
  },
} as const;

const IDENTITY_HEADERS = ["X-Keyward-Key-Id", "X-Keyward-Permissions", "X-Keyward-Customers"];

/** Every spelling of a header's name in which each separator is one of these. */
function spellings(name: string, separators: readonly string[]): string[] {
  const [first = "", ...rest] = name.split("-");
  return rest.reduce(
    (heads, part) => heads.flatMap((head) => separators.map((separator) => head + separator + part)),
    [first],
  );
}

/** A call as the service behind the proxy has seen it. */
interface Seen {
  method: string;
  target: string;
  headers: IncomingHttpHeaders;
  body: string;
}

interface Told {
  status: number;
  headers: IncomingHttpHeaders;
  /** Each value by itself, also of a header that came twice. */
  every(name: string): string[];
  text: string;
}

async function listening(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe.each(["nginx", "caddy"] as const)("Behind %s as the document has it,", (name) => {
  // Skipped by themselves where Debian's package is missing.
  describe("a service of one's own", { tags: name }, () => {
    let fixture: Fixture;
    let gateway: Server;
    let orders: Server;
    let proxy: { port: number; stop(): Promise<void> };
    const seen: Seen[] = [];

    beforeAll(async () => {
      fixture = await createFixture({ TRUSTED_PROXIES: "1", TRUSTED_PROXY_NETWORKS: "127.0.0.1" });
      gateway = createServer(gatewayListener(fixture.runtime));
      // As the document says, of a service on Node.
      orders = createServer({ maxHeaderSize: 32_768 }, async (incoming, outgoing) => {
        const { method = "", url: target = "", headers } = incoming;
        const body = (await incoming.toArray()).join("");
        seen.push({ method, target, headers, body });
        // An answer of the service's own, which is not the proxy's to change.
        outgoing.writeHead(target.includes("/broken") ? 500 : 200).end("from the service");
      });
      proxy = await PROXIES[name]({
        "keyward.internal:3000": await listening(gateway),
        "orders.internal:8080": await listening(orders),
      });
    });
    afterAll(async () => {
      await proxy?.stop();
      gateway?.close();
      orders?.close();
      await fixture?.close();
    });

    const newKey = (input: Partial<CreateKeyInput> = {}) =>
      fixture.key({
        environment: "production",
        permissions: ["customers:write"],
        rateLimits: { minute: 1_000 },
        ...input,
      });

    function call(
      path: string,
      headers: Record<string, string>,
      { method = "GET", body = "" } = {},
    ): Promise<Told> {
      return new Promise((resolve, reject) => {
        const options = { host: "127.0.0.1", port: proxy.port, localAddress: CALLER, agent: false as const };
        const sent = request({ ...options, path, method, headers }, async (response) => {
          const text = (await response.toArray()).join("");
          const { statusCode: status = 0, headers: answered, headersDistinct } = response;
          resolve({ status, headers: answered, every: (one) => headersDistinct[one] ?? [], text });
        });
        sent.once("error", reject).end(body);
      });
    }

    const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });

    /** What the service saw of the one call that it got. */
    async function passed(answer: Promise<Told>): Promise<Seen> {
      seen.length = 0;
      const { status, text } = await answer;
      expect([status, text]).toEqual([200, "from the service"]);
      expect(seen).toHaveLength(1);
      return seen[0] as Seen;
    }

    async function refused(answer: Promise<Told>, status: number, code: string): Promise<Told> {
      seen.length = 0;
      const told = await answer;
      expect([told.status, seen]).toEqual([status, []]);
      expect(told.every("content-type")).toEqual(["application/problem+json"]);
      expect(JSON.parse(told.text)).toMatchObject({
        status,
        code,
        // "each saying why": through either proxy as when Keyward is asked itself.
        detail: expect.stringMatching(/^[A-Z].+\.$/),
        requestId: expect.stringMatching(/^req_/),
      });
      expect(told.every("x-request-id")).toEqual([JSON.parse(told.text).requestId]);
      return told;
    }

    test("is told who calls, and not with which secret, and gets the call as it is", async () => {
      const { key, secret } = await newKey();
      for (const credential of [bearer(secret), { "x-api-key": secret }] as Record<string, string>[]) {
        const { method, target, headers, body } = await passed(
          call("/orders/17?a=1&permission=jobs:read", credential, { method: "POST", body: "an order" }),
        );
        expect([method, target, body]).toEqual(["POST", "/orders/17?a=1&permission=jobs:read", "an order"]);
        expect(headers["x-keyward-key-id"]).toBe(key.id);
        expect(headers["x-keyward-permissions"]).toBe("customers:read,customers:write");
        expect(headers["x-keyward-customers"]).toBe("*");
        expect([headers.authorization, headers["x-api-key"]]).toEqual([undefined, undefined]);
      }
    });

    test("is never told what a client makes up, in whatever spelling of the headers", async () => {
      const customer = await fixture.customer({ environment: "production" });
      const { key, secret } = await newKey({ permissions: ["customers:read"], customers: [customer.id] });
      // CGI, and what follows it, takes a hyphen and an underscore for the same, and some everything that is no letter.
      const names = IDENTITY_HEADERS.flatMap((header) => spellings(header, ["-", "_", "."]));
      const forged = Object.fromEntries(
        [...names, "x-keyward-code", "x-keyward-detail"]
          .flatMap((name) => [name, name.toUpperCase()])
          .map((name) => [name, "forged"]),
      );
      const { headers } = await passed(call("/orders/", { ...bearer(secret), ...forged }));
      const told = Object.entries(headers).filter(([header]) => /keyward/i.test(header));
      expect(Object.fromEntries(told)).toEqual({
        "x-keyward-key-id": key.id,
        "x-keyward-permissions": "customers:read",
        "x-keyward-customers": customer.id,
      });
      await refused(call("/orders/", forged), 401, "key_missing");
    });

    test("is told of a hundred customers, and of as many permissions as there can be", async () => {
      const context = fixture.context(adminOf("owner"));
      const permissions = Array.from(
        { length: MAX_OWN_PERMISSIONS },
        (_, one) => `${"o".repeat(28)}${String(one).padStart(3, "0")}:${"r".repeat(31)}`,
      );
      // A key is given at most a hundred, and each of these includes another.
      const [given, included] = [permissions.slice(0, 99), permissions.slice(99, 198)];
      for (const [at, name] of included.entries()) {
        await definePermission(context, { name, label: "Included", implies: [] });
        await definePermission(context, { name: given[at] ?? "", label: "Given", implies: [name] });
      }
      const customers = await Promise.all(
        Array.from({ length: 100 }, () => fixture.customer({ environment: "production" })),
      );
      const { secret } = await newKey({
        permissions: ["customers:read", ...given],
        customers: customers.map(({ id }) => id),
      });
      const { headers } = await passed(call("/orders/", bearer(secret)));
      expect(String(headers["x-keyward-customers"]).split(",")).toHaveLength(100);
      expect(String(headers["x-keyward-permissions"]).split(",")).toHaveLength(199);
    });

    test("gets no call without a key, and the client the challenge", async () => {
      const { every } = await refused(call("/orders/", {}), 401, "key_missing");
      expect(every("www-authenticate")).toEqual(['Bearer realm="keyward"']);
    });

    test("gets no call with two keys, and the client is told that this is its own fault", async () => {
      const [one, other] = [await newKey(), await newKey()];
      const headers = { ...bearer(one.secret), "x-api-key": other.secret };
      await refused(call("/orders/", headers), 400, "invalid_request");
    });

    test("gets no call of a key without the permission, whatever the client's own query asks for", async () => {
      const { secret } = await newKey({ permissions: ["jobs:read"] });
      const target = "/orders/17?permission=jobs:read";
      const { every } = await refused(
        call(target, bearer(secret), { method: "DELETE" }),
        403,
        "permission_denied",
      );
      expect(every("www-authenticate")).toEqual([
        'Bearer error="insufficient_scope", scope="customers:read"',
      ]);
    });

    test("gets no call beyond the limit, and the client is told when to come back", async () => {
      const { secret } = await newKey({ rateLimits: { day: 2 } });
      await passed(call("/orders/", bearer(secret)));
      await passed(call("/orders/", bearer(secret)));
      const { every } = await refused(call("/orders/", bearer(secret)), 429, "rate_limited");
      expect(Number(every("retry-after").join())).toBeGreaterThan(0);
      expect(every("ratelimit").join()).toMatch(/^"day";r=0;t=\d+$/);
    });

    test("gets no call of a revoked key, from the next one on", async () => {
      const { key, secret } = await newKey();
      await passed(call("/orders/", bearer(secret)));
      await revokeKey(fixture.context(), { id: key.id, reason: "" });
      await refused(call("/orders/", bearer(secret)), 401, "key_revoked");
    });

    test("gets calls of a fenced key from the addresses on its list alone, whatever the client claims", async () => {
      const [ours, theirs] = [
        await newKey({ ipAllowlist: [CALLER] }),
        await newKey({ ipAllowlist: [CLAIM] }),
      ];
      const claim = { "x-forwarded-for": CLAIM, "x-real-ip": CLAIM, forwarded: `for=${CLAIM}` };
      await passed(call("/orders/", { ...bearer(ours.secret), ...claim }));
      await refused(call("/orders/", { ...bearer(theirs.secret), ...claim }), 403, "ip_not_allowed");
    });

    test("answers for itself: an error of its own is the client's to see", async () => {
      const { secret } = await newKey();
      const { status, text } = await call("/orders/broken", bearer(secret));
      expect([status, text]).toEqual([500, "from the service"]);
    });

    test("gets no call while Keyward is away", async () => {
      const { secret } = await newKey();
      await passed(call("/orders/", bearer(secret)));
      gateway.close();
      gateway.closeAllConnections();
      seen.length = 0;
      const { status } = await call("/orders/", bearer(secret));
      expect([status >= 500, seen]).toEqual([true, []]);
    });
  });
});

test("Behind Traefik as the document has it, every look-alike of the headers with an underscore is dropped", () => {
  const [traefik = ""] = codeBlocks(DOCUMENT, "yaml");
  const dropped = [...traefik.matchAll(/^ +(X[-_]Keyward\S+): ""$/gm)].map(([, name]) => name);
  const lookalikes = IDENTITY_HEADERS.flatMap((header) => spellings(header, ["-", "_"]));
  expect(dropped.toSorted()).toEqual(lookalikes.filter((name) => name.includes("_")).toSorted());
});
