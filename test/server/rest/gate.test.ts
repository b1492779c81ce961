import { call, type Door, expectFieldErrors, inProcess } from "@test/support/calls";
import { createWorld, type World } from "@test/support/world";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PERMISSIONS } from "@/contracts/permissions";
import { ROUTES } from "@/server/rest/routes";
import { sampleCall } from "./samples";

let world: World;
let door: Door;
let key: string;

beforeAll(async () => {
  world = await createWorld();
  door = inProcess(world);
  key = (await world.key({ permissions: PERMISSIONS, rateLimits: { minute: 1_000_000 } })).secret;
});
afterAll(() => world?.close());

test.each(ROUTES.map((route) => [route.name, route] as const))(
  "%s refuses a query parameter that it does not have, in the words for a field",
  async (_, route) => {
    const { method, path, body } = await sampleCall(route, world);
    const query = path.includes("?") ? "&" : "?";
    const answer = await call(door, method, `/staging${path}${query}unheard_of=1`, { key, body });
    expectFieldErrors(answer, { path: "unheard_of", code: "unknown_field" });
  },
);

test.each(ROUTES.filter(({ input }) => input.query).map((route) => [route.name, route] as const))(
  "%s says of a wrong limit, and of one that is given twice, what is wanted",
  async (_, { path }) => {
    const target = `/staging${path.replace("{id}", "lic_01h455vb4pex5vsknk084sn02q")}`;
    for (const limit of ["", "abc", "1e1", "0x10", "+5", "5.0", "0", "101"]) {
      const answer = await call(door, "GET", `${target}?limit=${limit}`, { key });
      expect(answer.json.detail, limit).toBe("limit: Must be a whole number from 1 to 100");
    }
    const twice = await call(door, "GET", `${target}?limit=5&limit=6`, { key });
    expectFieldErrors(twice, { path: "limit", code: "repeated" });
    expect(twice.json.detail).toBe("limit: Must be given once");
  },
);
