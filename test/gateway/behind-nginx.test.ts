import { once } from "node:events";
import { createServer, get, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createFixture, type Fixture } from "@test/support/fixture";
import { startNginx, type TestNginx } from "@test/support/nginx";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gatewayListener } from "@/gateway/http/node-listener";

/** Every address of 127.0.0.0/8 is this machine: one for the proxy, one for whoever calls it. */
const PROXY = "127.0.0.9";
const CALLER = "127.0.0.2";
const CLAIM = "192.0.2.255";

describe("Behind nginx, the client's address", { tags: "nginx" }, () => {
  let fixture: Fixture;
  let server: Server;
  let nginx: TestNginx;
  let key: string;

  beforeAll(async () => {
    fixture = await createFixture({ TRUSTED_PROXIES: "1", TRUSTED_PROXY_NETWORKS: `${PROXY}/32` });
    key = (await fixture.key({ ipAllowlist: [CLAIM, `${PROXY}/32`], rateLimits: { minute: 10_000 } })).secret;
    server = createServer(gatewayListener(fixture.runtime)).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const forward = (header: string) =>
      `{ proxy_bind ${PROXY}; proxy_set_header X-Forwarded-For ${header}; proxy_pass http://127.0.0.1:${port}/; }`;
    nginx = await startNginx(`
      location /appends/ ${forward("$proxy_add_x_forwarded_for")}
      location /with-port/ ${forward('"$http_x_forwarded_for, $remote_addr:$remote_port"')}
      location /hides/ ${forward("unknown")}
      location /removes/ ${forward('""')}`);
  });
  afterAll(async () => {
    await nginx?.stop();
    server?.close();
    await fixture?.close();
  });

  /** The address that a refusal names; the list of the key holds the proxy's and the claimed one. */
  function addressSeen(port: number, path: string, claims: string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      const options = {
        port,
        host: "127.0.0.1",
        localAddress: CALLER,
        path: `${path}/api/v1/staging/key`,
        agent: false as const,
        // Flat, so that the same header can be sent twice.
        headers: [
          "Host",
          "keyward.test",
          "X-API-Key",
          key,
          ...claims.flatMap((claim) => ["X-Forwarded-For", claim]),
        ],
      };
      get(options, async (response) => {
        const text = (await response.toArray()).join("");
        resolve(/ from (.*)\.$/.exec(JSON.parse(text).detail)?.[1] ?? `admitted: ${text}`);
      }).once("error", reject);
    });
  }

  test("is the one nginx saw, whatever the caller claims, in one header or in several", async () => {
    for (const claims of [[], [CLAIM], [`${CLAIM}, ${CLAIM}`], [CLAIM, CLAIM], ["unknown"], [PROXY]]) {
      expect(await addressSeen(nginx.port, "/appends", claims)).toBe(CALLER);
      expect(await addressSeen(nginx.port, "/with-port", claims)).toBe(CALLER);
    }
  });

  test("is unknown where nginx does not tell, and never nginx's own, which the key's list admits", async () => {
    expect(await addressSeen(nginx.port, "/hides", [CLAIM])).toBe("an unknown address");
    expect(await addressSeen(nginx.port, "/removes", [CLAIM])).toBe("an unknown address");
  });

  test("is the caller's own where the port is reached past nginx with a header made up", async () => {
    const { port } = server.address() as AddressInfo;
    expect(await addressSeen(port, "", [CLAIM])).toBe(CALLER);
    expect(await addressSeen(port, "", [PROXY, CLAIM])).toBe(CALLER);
  });
});
