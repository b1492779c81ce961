import { call, inProcess } from "@test/support/calls";
import { createFixture } from "@test/support/fixture";
import { expect, test } from "vitest";

const linesOf = (log: string) =>
  log
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line))
    .filter(({ msg }) => msg === "call");

test("With ACCESS_LOG=on each call is one line, with its route and no path, query or credential", async () => {
  const fixture = await createFixture({ ACCESS_LOG: "on" });
  const api = inProcess(fixture);
  const { secret, key } = await fixture.key();
  const customer = await fixture.customer();
  const { headers } = await call(api, "GET", `/staging/customers/${customer.id}?planted=query`, {
    key: secret,
  });
  await call(api, "GET", `/staging/customers/${customer.id}`, { key: secret });
  await call(api, "DELETE", `/staging/nowhere/${secret}`, { key: "nobody's" });
  const [refused, served, unknown, ...others] = linesOf(fixture.log());
  expect(others).toEqual([]);
  expect(refused).toEqual({
    level: "info",
    time: expect.any(String),
    method: "GET",
    route: "/customers/{id}",
    status: 422,
    problem: "validation_failed",
    durationMs: expect.any(Number),
    environment: "staging",
    keyId: key.id,
    requestId: headers.get("x-request-id"),
    address: expect.anything(),
    msg: "call",
  });
  expect(served).toMatchObject({ route: "/customers/{id}", status: 200, keyId: key.id });
  expect(unknown).toMatchObject({ method: "DELETE", route: null, status: 404, keyId: null });
  for (const planted of [secret, customer.id, "planted"]) expect(fixture.log()).not.toContain(planted);
  await fixture.close();
});

test("Without it there is none", async () => {
  const fixture = await createFixture();
  await call(inProcess(fixture), "GET", "/staging/key", { key: "nobody's" });
  expect(linesOf(fixture.log())).toEqual([]);
  await fixture.close();
});
