import { createMountedFixture } from "@test/support/mounted-fixture";
import { MOUNTS, type MountName } from "@test/support/mounts";
import { expect, test } from "vitest";

/** What each says of addresses where no proxy is in front and none is set. */
const SAID: Record<MountName, RegExp[]> = {
  "main.ts": [],
  "Next catch-all": [/the address of every call is unknown/],
};

// Next makes an X-Forwarded-For of its own where none came, which is no proxy's.
test.each(MOUNTS)("Without a proxy in front, nobody hears of one from %s", async (name) => {
  const { mount, fixture, close } = await createMountedFixture(name, { TRUSTED_PROXIES: "0" });
  try {
    const { secret } = await fixture.key();
    const headers = { authorization: `Bearer ${secret}` };
    for (const path of ["/api/v1/staging/key", "/api/trpc/keys.list", "/api/auth/csrf", "/audit", "/nothing"])
      await (await fetch(mount.url + path, { headers, redirect: "manual" })).text();
    const warnings = mount
      .output()
      .split("\n")
      .filter((line) => /X-Forwarded-For|TRUSTED_PROX/.test(line));
    expect(warnings).toEqual(SAID[name].map((text) => expect.stringMatching(text)));
  } finally {
    await close();
  }
});
