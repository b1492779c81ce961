import { call, expectProblem, inProcess } from "@test/support/calls";
import { suiteFixture } from "@test/support/suite";
import { beforeAll, expect, test } from "vitest";
import { newId } from "@/server/core/ids";

const fixture = suiteFixture();
const api = inProcess(fixture);
let key: string;

beforeAll(async () => {
  key = (await fixture.key({ rateLimits: { minute: 100_000 } })).secret;
});

const NO_SUCH_PATH =
  "This API has no such path. Its paths are listed at /docs/reference, and in /api/v1/openapi.json.";

test.each(["", "/", "/nowhere", "/staging", "/staging/key/x", "/qa/customers", "/staging/customer"])(
  "A path that there is not is told as such, with where those are listed, to everybody alike: %s",
  async (path) => {
    for (const options of [{ key }, {}, { key: "wrong" }]) {
      const answer = await call(api, "GET", path, options);
      expectProblem(answer, "not_found");
      expect(answer.json.detail).toBe(NO_SUCH_PATH);
    }
  },
);

test("No path is told not to be there that the description has, which everybody may read", async () => {
  const { paths } = (await call(api, "GET", "/openapi.json")).json as { paths: Record<string, object> };
  expect(Object.keys(paths).length).toBeGreaterThan(20);
  for (const path of Object.keys(paths)) {
    const below = `/staging${path.replaceAll(/\{\w+\}/g, "x")}`;
    for (const options of [{ key }, {}]) {
      for (const method of ["GET", "PUT"]) {
        const { json } = await call(api, method, below, options);
        expect(json.detail, `${method} ${below}`).not.toBe(NO_SUCH_PATH);
      }
    }
  }
});

test("A record that there is not is told as one that is not the key's, and not as a path", async () => {
  const customers = await fixture.key({ permissions: ["customers:read"] });
  const elsewhere = await fixture.customer({ environment: "production" });
  const details = [];
  for (const id of [newId("cus"), elsewhere.id, "x"]) {
    const { json } = await call(api, "GET", `/staging/customers/${id}`, { key: customers.secret });
    details.push(json.detail);
  }
  expect(new Set(details)).toEqual(new Set(["There is nothing here, or it is not within your reach."]));
});
