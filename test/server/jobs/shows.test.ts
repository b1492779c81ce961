import { newLicense } from "@test/server/services/support";
import { call, expectProblem, inProcess } from "@test/support/calls";
import { newEmail } from "@test/support/fixture";
import { suiteFixture } from "@test/support/suite";
import { beforeAll, describe, expect, test } from "vitest";
import type { Id } from "@/contracts/ids";
import { JOB_TYPE_NAMES, type JobType } from "@/contracts/job-types";
import type { Permission } from "@/contracts/permissions";
import { sqlOf } from "../services/support";
import { send } from "../services/telemetry/support";
import { work } from "./support";

const fixture = suiteFixture();
const api = inProcess(fixture);

beforeAll(async () => {
  const [license] = [
    await newLicense(fixture, { features: ["pro"], metadata: { seats: 3 } }),
    await newLicense(fixture),
  ];
  await send(fixture, [
    { type: "app.start", licenseKey: license.key, identifier: "device", data: { os: "linux" } },
  ]);
});

const JOBS: readonly Permission[] = ["jobs:read", "jobs:write"];

const secretWith = async (...permissions: Permission[]) =>
  (await fixture.key({ permissions: [...JOBS, ...permissions], rateLimits: { minute: 100_000 } })).secret;

/** What each type is started with, and the permissions that its work takes. */
const STARTS: Record<JobType, { needs: Permission[]; input: () => object }> = {
  "licenses.generate": { needs: ["licenses:manage"], input: () => ({ product: "Editor", count: 2 }) },
  "licenses.export": { needs: ["licenses:read"], input: () => ({ filter: {} }) },
  "customers.import": { needs: ["customers:write"], input: () => ({ rows: [{ email: newEmail() }] }) },
  "telemetry.export": {
    needs: ["telemetry:read"],
    input: () => ({ from: "2023-11-23T00:00:00Z", to: "2023-11-24T00:00:00Z" }),
  },
};

/** What the rows of a type are, call by call: the route that shows them, and the permission it takes. */
const SHOWN_BY: Record<JobType, { path: string; permission: Permission }> = {
  "licenses.generate": { path: "/staging/licenses", permission: "licenses:read" },
  "licenses.export": { path: "/staging/licenses", permission: "licenses:read" },
  "customers.import": { path: "/staging/customers", permission: "customers:read" },
  "telemetry.export": { path: "/staging/telemetry", permission: "telemetry:read" },
};

/** Runs a job of a type as a key, to its end. */
async function run(type: JobType, key: string): Promise<Id<"job">> {
  const started = await call(api, "POST", "/staging/jobs", {
    key,
    body: { type, input: STARTS[type].input() },
  });
  expect(started.status, started.text).toBe(202);
  const id = started.json.id as Id<"job">;
  expect(await work(fixture, id)).toMatchObject({ status: "succeeded" });
  return id;
}

const result = (id: Id<"job">, key: string) => call(api, "GET", `/staging/jobs/${id}/result`, { key });

/** Rows of a result by the names of its columns. No cell of these tests has a line end in it. */
function rowsOf(text: string): Record<string, string>[] {
  const [header = [], ...rows] = text
    .trimEnd()
    .split("\r\n")
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
        ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "",
      ),
    );
  return rows.map((cells) => Object.fromEntries(header.map((name, index) => [name, cells[index] ?? ""])));
}

/** A member of an answer as a cell has it. */
function cellOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.join("; ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

describe.each(JOB_TYPE_NAMES)("the result of %s", (type) => {
  test("shows of each record what its route shows for the same permissions, and no more", async () => {
    const key = await secretWith(...STARTS[type].needs, SHOWN_BY[type].permission);
    const rows = rowsOf((await result(await run(type, key), key)).text);
    expect(rows.length).toBeGreaterThan(0);
    const listed = await call(api, "GET", `${SHOWN_BY[type].path}?limit=100`, { key });
    const records = new Map(
      (listed.json.data as Record<string, unknown>[]).map((record) => [record.id, record]),
    );
    for (const row of rows) {
      const record = records.get(row.id);
      expect(record, row.id).toBeDefined();
      // Columns of the job itself.
      const { line: _line, outcome: _outcome, problem: _problem, ...shown } = row;
      for (const [name, cell] of Object.entries(shown))
        expect([name, cell]).toEqual([name, cellOf(record?.[name])]);
    }
  });

  test("is read by keys alone that may read its content", async () => {
    const { needs } = STARTS[type];
    const { permission } = SHOWN_BY[type];
    const id = await run(type, await secretWith(...needs));
    expectProblem(await result(id, await secretWith()), "permission_denied", {
      missingPermissions: [permission],
    });

    const all: Permission[] = [
      "licenses:read",
      "customers:read",
      "telemetry:read",
      "licenses:validate",
      "telemetry:write",
    ];
    const others = all.filter((one) => one !== permission);
    expectProblem(await result(id, await secretWith(...others)), "permission_denied", {
      missingPermissions: [permission],
    });
    expect((await result(id, await secretWith(permission))).status).toBe(200);
  });

  test("is not made without the permission of the work", async () => {
    const body = { type, input: STARTS[type].input() };
    const refused = await call(api, "POST", "/staging/jobs", { key: await secretWith(), body });
    expectProblem(refused, "permission_denied", { missingPermissions: STARTS[type].needs });
  });
});

describe("e-mail addresses in an export of licences", () => {
  const emails = async () =>
    await sqlOf(fixture)<{ id: string; email: string }[]>`
      select licenses.id, email from licenses join customers on customers.id = customer_id where licenses.environment = 'staging'`;

  test("are there for a key that reads customers, and for no other", async () => {
    const withCustomers = await secretWith("licenses:read", "customers:read");
    const rows = rowsOf((await result(await run("licenses.export", withCustomers), withCustomers)).text);
    const known = await emails();
    expect(known.length).toBeGreaterThan(0);
    for (const { id, email } of known) expect(rows.find((row) => row.id === id)?.customerEmail).toBe(email);
    const without = await secretWith("licenses:read");
    const { text } = await result(await run("licenses.export", without), without);
    expect(rowsOf(text)).toHaveLength(rows.length);
    for (const { email } of known) expect(text).not.toContain(email);
  });

  test("keep the whole result from a key that does not read customers, also once its own lost them", async () => {
    const { key, secret } = await fixture.key({ permissions: [...JOBS, "licenses:read", "customers:read"] });
    const id = await run("licenses.export", secret);
    const missing = { missingPermissions: ["customers:read"] };
    expectProblem(await result(id, await secretWith("licenses:read")), "permission_denied", missing);
    await sqlOf(fixture)`update api_keys set permissions = '{jobs:read,licenses:read}' where id = ${key.id}`;
    expectProblem(await result(id, secret), "permission_denied", missing);
  });

  test("end where the key loses the customers while the job waits", async () => {
    const { key, secret } = await fixture.key({ permissions: [...JOBS, "licenses:read", "customers:read"] });
    const body = { type: "licenses.export", input: { filter: {} } };
    const { json } = await call(api, "POST", "/staging/jobs", { key: secret, body });
    await sqlOf(fixture)`update api_keys set permissions = '{jobs:read,licenses:read}' where id = ${key.id}`;
    await work(fixture, json.id as Id<"job">);
    const { text, status } = await result(json.id as Id<"job">, secret);
    expect(status).toBe(200);
    for (const { email } of await emails()) expect(text).not.toContain(email);
  });
});
