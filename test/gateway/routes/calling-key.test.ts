import { call, inProcess } from "@test/support/calls";
import { suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import type { CreateKeyInput } from "@/contracts/schemas/keys";
import { updateKey } from "@/server/services/keys";

const fixture = suiteFixture();
const api = inProcess(fixture);

const own = async (secret: string) => (await call(api, "GET", "/staging/key", { key: secret })).json;

describe("GET /key", () => {
  test("tells the web origins whose pages may use the key, as it tells the addresses", async () => {
    const allowedOrigins = ["https://app.example.com", "https://admin.example.com"];
    const { secret } = await fixture.key({ allowedOrigins });
    expect(await own(secret)).toMatchObject({ ipAllowlist: [], allowedOrigins });
    expect(await own((await fixture.key()).secret)).toMatchObject({ allowedOrigins: [] });
  });

  test.each<[said: Partial<CreateKeyInput>, told: object]>([
    [
      { managesKeys: "own", grantsKeyManagement: false },
      { managesKeys: "own", grantsKeyManagement: false },
    ],
    [
      { managesKeys: "all", grantsKeyManagement: true },
      { managesKeys: "all", grantsKeyManagement: true },
    ],
    [{ permissions: ["keys:verify"] }, { managesKeys: null, grantsKeyManagement: false }],
  ])("tells which keys it manages, and whether it may hand that on: %j", async (said, told) => {
    const { secret } = await fixture.key({ permissions: ["keys:manage"], ...said });
    expect(await own(secret)).toMatchObject(told);
  });

  test("tells it as an administrator has changed it, with the next call", async () => {
    const { key, secret } = await fixture.key({ permissions: ["keys:manage"], managesKeys: "own" });
    await own(secret);
    await updateKey(fixture.context(), { id: key.id, managesKeys: "all" });
    expect(await own(secret)).toMatchObject({ managesKeys: "all" });
  });

  test("tells nobody who has found the key who made it or answers for it, and where it was used from", async () => {
    const { secret } = await fixture.key({
      owner: "ada@acme.example",
      tags: ["shop"],
      description: "Of the shop",
    });
    expect(Object.keys(await own(secret)).sort()).toEqual([
      "allowedOrigins",
      "createdAt",
      "customers",
      "environment",
      "expiresAt",
      "grantsKeyManagement",
      "id",
      "ipAllowlist",
      "lastUsedAt",
      "managesKeys",
      "name",
      "permissions",
      "rateLimits",
      "status",
    ]);
  });
});
