// @module-tag long
import { addRequest, fillLog, loggedCalls } from "@test/support/requests";
import { suiteFixture } from "@test/support/suite";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { GET as getAudit } from "@/app/api/audit/export/route";
import { GET as getResult } from "@/app/api/jobs/[id]/result/route";
import { GET } from "@/app/api/requests/export/route";
import { DAY_MS } from "@/contracts/durations";
import { ROLES, type Role } from "@/contracts/roles";
import type { RequestFilterInput } from "@/contracts/schemas/request-queries";
import { FILES_AT_ONCE } from "@/server/core/files-under-way";
import { newId } from "@/server/core/ids";
import { setRuntime } from "@/server/runtime/singleton";
import { longResult } from "../jobs/support";
import { auditOf, sqlOf } from "../services/support";
import { ORIGIN, type SignedInAdmin, signedIn } from "./support";

const fixture = suiteFixture();
const admins = new Map<Role, SignedInAdmin>();

beforeAll(async () => {
  for (const role of ROLES) admins.set(role, await signedIn(fixture, role));
});

function get(
  query: string,
  headers: Record<string, string> = { cookie: admins.get("viewer")?.cookie ?? "" },
  method = "GET",
  signal: AbortSignal | null = null,
) {
  const request = new Request(`${ORIGIN}/api/requests/export?${query}`, {
    method,
    signal,
    headers: { "sec-fetch-site": "same-origin", ...headers },
  });
  setRuntime(fixture.runtime);
  return GET(request, { params: Promise.resolve({}) });
}

function take(format: string, filter: RequestFilterInput, role: Role = "viewer") {
  const query = new URLSearchParams({ format, input: JSON.stringify(filter) });
  return get(query.toString(), { cookie: admins.get(role)?.cookie ?? "" });
}

describe("An export of the log", () => {
  test.each(ROLES)(
    "is given to the role %s, as a file that nobody keeps, and stands in the audit",
    async (role) => {
      const key = newId("key");
      const rows = await auditOf(fixture, async () => {
        const answer = await take("csv", { keyId: key, search: "acme" }, role);
        expect(answer.status).toBe(200);
        expect(Object.fromEntries(answer.headers)).toMatchObject({
          "cache-control": "no-store",
          "content-disposition": 'attachment; filename="keyward-log-2023-11-23T12-30-30.csv"',
          "content-type": "text/csv; charset=utf-8",
          "x-content-type-options": "nosniff",
        });
        await answer.body?.cancel();
      });
      expect(rows).toMatchObject([
        {
          action: "log.export",
          actor: `${role}@acme.example`,
          environment: null,
          before: null,
          after: { keyId: key, format: "csv", search: "acme", to: fixture.clock.now().toISOString() },
        },
      ]);
    },
  );

  test.each<[string, string, Record<string, string> | undefined, number]>([
    ["without a session", "format=csv", {}, 401],
    [
      "with an API key in its place",
      "format=csv",
      { authorization: `Bearer kw_prod_${"a".repeat(38)}` },
      401,
    ],
    [
      "of calls with a key in them, which must not stand in the audit",
      `format=csv&input=${JSON.stringify({ text: `x kw_prod_${"a".repeat(38)}` })}`,
      undefined,
      422,
    ],
    ["in no format", "", undefined, 422],
    ["in another format", "format=xlsx", undefined, 422],
    ["with a filter that is no JSON", "format=csv&input={", undefined, 400],
    [
      "with a field that is no filter",
      `format=csv&input=${encodeURIComponent('{"keys":[]}')}`,
      undefined,
      422,
    ],
  ])("%s is refused in words, and leaves no trace in the audit", async (_name, query, headers, status) => {
    const rows = await auditOf(fixture, async () => {
      const answer = await (headers ? get(query, headers) : get(query));
      expect(answer.status).toBe(status);
      expect(answer.headers.get("content-type")).toBe("text/plain; charset=utf-8");
      expect(answer.headers.get("content-disposition")).toBeNull();
      expect(await answer.text()).not.toContain("kw_prod_");
    });
    expect(rows).toEqual([]);
  });

  test("as CSV quotes what needs it and leaves no formula to a caller", async () => {
    const { key } = await fixture.key({ name: "=cmd" });
    const row = await addRequest(fixture, {
      keyId: key.id,
      path: '/api/v1/staging/"a",b',
      query: "@SUM(1)",
      code: "validation_failed",
      detail: "-1 is\nwrong",
      agent: "=HYPERLINK(1)",
      customers: [newId("cus")],
      requestBody: "kept",
    });
    fixture.clock.advance(1);
    const text = await (await take("csv", { keyId: key.id })).text();
    expect(text.split("\r\n")[0]).toBe(
      "at,requestId,level,environment,method,path,query,route,status,code,refusedBy,permission,detail,durationMs,keyId,keyName,customers,address,agent,requestBytes,responseBytes",
    );
    expect(text.split("\r\n").slice(1)).toEqual([
      `${row.at.toISOString()},${row.requestId},error,staging,GET,"/api/v1/staging/""a"",b",'@SUM(1),GET /customers,422,validation_failed,,,"'-1 is\nwrong",1.5,${key.id},'=cmd,${row.customers?.[0]},198.51.100.7,'=HYPERLINK(1),0,200`,
      "",
    ]);
  });

  test("as NDJSON has one object a line, with headers and bodies", async () => {
    const keyId = newId("key");
    const fields = { requestHeaders: { accept: "*/*" }, requestBody: "a\nb", responseBody: "=c" };
    const row = await addRequest(fixture, { keyId, ...fields });
    fixture.clock.advance(1);
    const answer = await take("ndjson", { keyId: keyId });
    expect(answer.headers.get("content-type")).toBe("application/x-ndjson; charset=utf-8");
    const lines = (await answer.text()).split("\n");
    expect(lines).toHaveLength(2);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      ...fields,
      at: row.at.toISOString(),
      requestId: row.requestId,
      key: { id: keyId },
      customers: [],
    });
  });

  test("goes through the batches without losing or repeating a call, and stops at the time it was asked for", async () => {
    const keyId = newId("key");
    const to = fixture.clock.now();
    const from = new Date(to.getTime() - 3 * DAY_MS);
    // Four calls to each instant, so that instants lie across the ends of batches.
    await fillLog(fixture.runtime.databases.owner, { rows: 1_300, from, to, keys: [keyId] });
    await fixture.runtime.databases.owner.$client`
      update requests set at = date_bin('30 minutes', at, ${from.toISOString()}) where key_id = ${keyId}`;
    const answer = await take("ndjson", { keyId: keyId, period: "7d" });
    await addRequest(fixture, { keyId, at: new Date(to.getTime() + 1) });
    const ids = (await answer.text())
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).requestId as string);
    const logged = await loggedCalls(fixture.runtime.databases.owner.$client);
    const stored = logged.filter((row) => row.key_id === keyId && new Date(row.at) < to);
    expect(ids.length).toBeGreaterThan(1_000);
    expect([...ids].sort()).toEqual(stored.map(({ request_id }) => request_id).sort());
  });
});

test.each([
  ["csv", [0xef, 0xbb, 0xbf]],
  ["ndjson", []],
] as const)("A file of %s from the console begins as its readers want it", async (format, mark) => {
  const bytes = [...new Uint8Array(await (await take(format, { period: "7d" })).arrayBuffer())];
  expect(bytes.slice(0, 3).filter((byte) => byte > 0x7f)).toEqual(mark);
});

test("An administrator gets five files at once; one that is read or given up makes room, and asking what there is takes none", async () => {
  const { cookie } = await signedIn(fixture, "viewer", "greedy");
  const file = () => get("format=csv", { cookie });
  const open = await Promise.all(Array.from({ length: FILES_AT_ONCE }, file));
  expect(open.map(({ status }) => status)).toEqual(open.map(() => 200));
  const refused = await file();
  expect([refused.status, await refused.text()]).toEqual([429, expect.stringContaining("5 files")]);
  const other = await take("csv", {});
  expect(other.status).toBe(200);
  await other.body?.cancel();

  await open[0]?.body?.cancel();
  expect(await open[1]?.text()).toMatch(/^at,requestId/);
  for (let asked = 0; asked < 2 * FILES_AT_ONCE; asked++) {
    expect((await get("format=csv", { cookie }, "HEAD")).status).toBe(200);
    expect((await get("format=xlsx", { cookie })).status).toBe(422);
  }
  // Whoever has gone before there was an answer never reads it, and Next does not give it up for them.
  for (let asked = 0; asked < 2 * FILES_AT_ONCE; asked++)
    await get("format=csv", { cookie }, "GET", AbortSignal.abort());
  open.push(await file(), await file());
  expect(open.slice(-2).map(({ status }) => status)).toEqual([200, 200]);
  expect((await file()).status).toBe(429);
  for (const { body } of open) if (!body?.locked) await body?.cancel();
});

describe("A file that is under way", () => {
  /** A result of two parts, with licence keys in it, which not every role may see. */
  async function begun(admin: SignedInAdmin) {
    const id = await longResult(fixture);
    setRuntime(fixture.runtime);
    const headers = { "sec-fetch-site": "same-origin", cookie: admin.cookie };
    const answer = await getResult(new Request(`${ORIGIN}/api/jobs/${id}/result`, { headers }), {
      params: Promise.resolve({ id }),
    });
    expect(answer.headers.get("content-disposition")).toBe(
      `attachment; filename="licenses.export-${id}.csv"`,
    );
    const reader = answer.body?.getReader();
    if (!reader) throw new Error("No body");
    for (const lines of [1, 4_002]) {
      expect(new TextDecoder().decode((await reader.read()).value).split("\r\n")).toHaveLength(lines);
    }
    return reader;
  }

  test("goes on to its end", async () => {
    const reader = await begun(await signedIn(fixture, "operator", "first"));
    expect(new TextDecoder().decode((await reader.read()).value).split("\r\n")).toHaveLength(201);
    expect((await reader.read()).done).toBe(true);
  });

  test("breaks off where a part cannot be read, and our log says why", async () => {
    const reader = await begun(await signedIn(fixture, "operator", "faulty"));
    const logged = vi.spyOn(fixture.runtime.logger, "error");
    const sql = sqlOf(fixture);
    await sql`alter table job_result_parts rename to away`;
    try {
      await expect(reader.read()).rejects.toThrow();
    } finally {
      await sql`alter table away rename to job_result_parts`;
    }
    expect(logged).toHaveBeenCalledWith(expect.anything(), "A file could not be given");
    logged.mockRestore();
  });

  test.each([
    ["signs out", "delete from sessions where admin_id ="],
    ["is deactivated", "update admins set deactivated_at = now() where id ="],
    ["gets another role", "update admins set role = 'viewer' where id ="],
  ])("breaks off before its next part once its reader %s", async (what, change) => {
    const admin = await signedIn(fixture, "operator", what.replaceAll(" ", "-"));
    const reader = await begun(admin);
    await sqlOf(fixture).unsafe(`${change} '${admin.id}'`);
    await expect(reader.read()).rejects.toMatchObject({ code: "key_missing" });
  });
});

test("The audit is given to each role as a file, which stands in it, and to nobody without a session", async () => {
  setRuntime(fixture.runtime);
  const get = (cookie: string, query = "format=csv&actions=key.create,admin.create") =>
    getAudit(
      new Request(`${ORIGIN}/api/audit/export?${query}`, {
        headers: { "sec-fetch-site": "same-origin", cookie },
      }),
      { params: Promise.resolve({}) },
    );
  const rows = await auditOf(fixture, async () => {
    for (const role of ROLES) {
      const answer = await get(admins.get(role)?.cookie ?? "");
      expect(answer.status).toBe(200);
      expect(answer.headers.get("content-disposition")).toBe('attachment; filename="audit-2023-11-23.csv"');
      expect((await answer.text()).split("\r\n")[0]).toMatch(/^position,id,at,/);
    }
    expect((await get("")).status).toBe(401);
  });
  expect(rows).toMatchObject(
    ROLES.map((role) => ({
      action: "audit.export",
      actor: `${role}@acme.example`,
      after: { format: "csv", actions: ["key.create", "admin.create"] },
    })),
  );
  for (const query of ["", "format=xlsx", "format=csv&cursor=x", "format=csv&actions=key.stolen"]) {
    expect((await get(admins.get("owner")?.cookie ?? "", query)).status, query).toBe(422);
  }
});
