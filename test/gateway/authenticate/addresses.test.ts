import { call, expectProblem, inProcess } from "@test/support/calls";
import { PEPPER, SESSION_SECRET } from "@test/support/secrets";
import { suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import { createFetchHandler } from "@/gateway/http/fetch-handler";
import { createRuntime } from "@/server/runtime/create";
import type { Runtime } from "@/server/runtime/runtime";

const fixture = suiteFixture();

describe("an address list", () => {
  test.each([
    [["203.0.113.7"], "203.0.113.7", true],
    [["203.0.113.7"], "203.0.113.8", false],
    [["203.0.113.7"], "::ffff:203.0.113.7", true],
    [["203.0.113.7"], "::ffff:cb00:7107", true],
    [["::ffff:203.0.113.7"], "203.0.113.7", true],
    [["::ffff:203.0.113.0/120"], "203.0.113.99", true],
    [["203.0.113.0/24"], "203.0.113.255", true],
    [["203.0.113.0/24"], "203.0.112.255", false],
    [["203.0.113.77/24"], "203.0.113.1", true],
    [["203.0.113.4/30"], "203.0.113.8", false],
    [["0.0.0.0/0"], "198.51.100.1", true],
    [["0.0.0.0/0"], "2001:db8::1", false],
    [["2001:db8::/32"], "2001:db8:ffff::1", true],
    [["2001:db8::/32"], "2001:db9::1", false],
    [["2001:db8::1"], "2001:0DB8:0:0:0:0:0:1", true],
    [["2001:db8::1"], "2001:db8::2", false],
    [["::/0"], "2001:db8::1", true],
    [["::/0"], "198.51.100.1", false],
    [["198.51.100.1", "2001:db8::/64"], "2001:db8::9", true],
    [[], "198.51.100.1", true],
    [["203.0.113.7"], "unix:/run/socket", false],
    [["0.0.0.0/0", "::/0"], "", false],
  ])("%j and the client %j: admitted is %s", async (ipAllowlist, address, isAdmitted) => {
    const { secret } = await fixture.key({ ipAllowlist });
    const answer = await call(inProcess(fixture), "GET", "/staging/key", { key: secret, address });
    if (isAdmitted) expect(answer.status, answer.text).toBe(200);
    else expectProblem(answer, "ip_not_allowed");
  });
});

describe("the client's address", () => {
  const SOCKET = "10.0.0.9";

  /** The address that a call is taken to come from, as the refusal names it. */
  async function addressSeen(
    trustedProxies: number,
    forwardedFor: string | null,
    socket: string | undefined = SOCKET,
  ): Promise<string> {
    const { env, logger, clock } = fixture.runtime;
    const secrets = { pepper: PEPPER, sessionSecret: SESSION_SECRET };
    const settings = { ...env, TRUSTED_PROXIES: trustedProxies };
    const runtime: Runtime = createRuntime(settings, logger, { url: fixture.databaseUrl, clock, ...secrets });
    try {
      const { secret } = await fixture.key({ ipAllowlist: ["192.0.2.255"] });
      const headers = {
        "x-api-key": secret,
        ...(forwardedFor === null ? {} : { "x-forwarded-for": forwardedFor }),
      };
      const request = new Request("http://keyward.test/api/v1/staging/key", { headers });
      const answer = await createFetchHandler(runtime)(request, socket);
      const { code, detail } = (await answer.json()) as { code: string; detail: string };
      expect(code).toBe("ip_not_allowed");
      return detail.replace(/^.* from (.*)\.$/, "$1");
    } finally {
      await runtime.lastUse.flush();
      await runtime.databases.end();
    }
  }

  test("is the socket's where no proxy is trusted, whatever the header claims", async () => {
    for (const header of [null, "203.0.113.1", "192.0.2.255", "192.0.2.255, 192.0.2.255"]) {
      expect(await addressSeen(0, header)).toBe(SOCKET);
    }
  });

  test.each([
    [1, "203.0.113.1", "203.0.113.1"],
    [1, "192.0.2.255, 203.0.113.1", "203.0.113.1"],
    [1, "192.0.2.255, 127.0.0.1, 203.0.113.1", "203.0.113.1"],
    [2, "203.0.113.1, 10.0.0.1", "203.0.113.1"],
    [2, "192.0.2.255, 203.0.113.1, 10.0.0.1", "203.0.113.1"],
    [3, "192.0.2.255,192.0.2.255,203.0.113.1,10.0.0.2,10.0.0.1", "203.0.113.1"],
    [1, "  203.0.113.1  ", "203.0.113.1"],
    [1, "::ffff:203.0.113.1", "203.0.113.1"],
    [1, "2001:DB8::0:1", "2001:db8::1"],
  ])(
    "behind %d trusted proxies with X-Forwarded-For %j is %s: claims further left are ignored",
    async (proxies, header, address) => {
      expect(await addressSeen(proxies, header)).toBe(address);
    },
  );

  test("is unknown where the trusted entry is missing or no address: a list with the proxy's network stays shut", async () => {
    for (const header of [null, "", " ", "unknown", "192.0.2.255, unknown", "192.0.2.255, "]) {
      expect(await addressSeen(1, header)).toBe("an unknown address");
    }
  });

  test("is the socket's where that is no proxy's: the port was reached past them", async () => {
    expect(await addressSeen(1, "192.0.2.255", "203.0.113.9")).toBe("203.0.113.9");
  });

  test("that nobody knows is on no list", async () => {
    expect(await addressSeen(0, "192.0.2.255", "")).toBe("an unknown address");
  });
});
