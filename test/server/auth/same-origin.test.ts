import { suiteFixture } from "@test/support/suite";
import { beforeAll, describe, expect, test } from "vitest";
import { GET as auditFile } from "@/app/api/audit/export/route";
import { GET as resultFile } from "@/app/api/jobs/[id]/result/route";
import { GET as logFile } from "@/app/api/requests/export/route";
import { newId } from "@/server/core/ids";
import type { Runtime } from "@/server/runtime/runtime";
import { setRuntime } from "@/server/runtime/singleton";
import { everyRow } from "../services/support";
import { call, ORIGIN, type SignedInAdmin, send, signedIn } from "../trpc/support";

const fixture = suiteFixture();
let owner: SignedInAdmin;

beforeAll(async () => {
  owner = await signedIn(fixture, "owner");
});

const INPUT = { name: "Planted", environment: "staging", permissions: ["jobs:read"] };

/** What browsers send with a request of our own page, of another site, and of nobody who could be known. */
const OWN: [string, Record<string, string>][] = [
  ["of our own page", { "sec-fetch-site": "same-origin" }],
  ["of our own page, with its origin", { "sec-fetch-site": "same-origin", origin: ORIGIN }],
  ["of our own page, over plain HTTP", { origin: ORIGIN }],
  [
    "of our own page, by an address of the local network",
    { origin: "http://192.168.1.5:3000", host: "192.168.1.5:3000" },
  ],
];
const OTHERS: [string, Record<string, string>][] = [
  ["of another site", { "sec-fetch-site": "cross-site", origin: "https://evil.example" }],
  ["of another site that hides its name", { "sec-fetch-site": "cross-site", origin: "null" }],
  ["of another port of this host", { "sec-fetch-site": "same-site", origin: "http://localhost:5000" }],
  ["of another site, over plain HTTP", { origin: "http://evil.example" }],
  ["of another site over plain HTTP that hides its name", { origin: "null" }],
  ["of another port, over plain HTTP", { origin: "http://localhost:5000", host: "localhost:3000" }],
  ["of a name that only begins like ours", { origin: `${ORIGIN}.evil.example` }],
  ["of a name with ours in front of an at-sign", { origin: `${ORIGIN}@evil.example` }],
  ["of no address at all", { origin: "nonsense" }],
];

/** A request as `call` makes it, but for the headers that say where it comes from. */
function create(headers: Record<string, string>, body: BodyInit = JSON.stringify(INPUT), type?: string) {
  return new Request(`${ORIGIN}/api/trpc/keys.create`, {
    method: "POST",
    body,
    headers: { cookie: owner.cookie, ...(type ? { "content-type": type } : {}), ...headers },
  });
}

describe("A change with the administrator's cookie", () => {
  test.each(OWN)("%s is done", async (_, headers) => {
    const answer = await send(fixture, create(headers, undefined, "application/json; charset=utf-8"));
    expect(answer.status).toBe(200);
  });

  test.each([
    ...OTHERS,
    ["of nobody who could be known", {}],
    ["of the address bar", { "sec-fetch-site": "none" }],
  ] as typeof OTHERS)("%s is refused, and changes nothing", async (_, headers) => {
    const before = await everyRow(fixture);
    const answer = await send(fixture, create(headers, undefined, "application/json"));
    expect(answer.status).toBe(403);
    expect(answer.error?.data).toMatchObject({ code: "cross_origin", httpStatus: 403 });
    expect(await everyRow(fixture)).toEqual(before);
  });

  test("as a form, which a browser sends for another site without asking, changes nothing, even from our own page", async () => {
    const form = new FormData();
    for (const [name, value] of Object.entries({ ...INPUT, permissions: "jobs:read" })) form.set(name, value);
    const json = JSON.stringify(INPUT);
    const bodies: [BodyInit, string?][] = [
      [form],
      [new URLSearchParams({ name: "x" })],
      [json, "text/plain"],
      [json, "text/plain; application/json"],
      [new TextEncoder().encode(json)],
      [new Blob([json], { type: "application/octet-stream" })],
    ];
    const before = await everyRow(fixture);
    for (const [body, type] of bodies) {
      expect((await send(fixture, create({ "sec-fetch-site": "cross-site" }, body, type))).status).toBe(403);
      const answer = await send(fixture, create({ origin: ORIGIN }, body, type));
      expect(answer).toMatchObject({ status: 415, error: { data: { code: "unsupported_media_type" } } });
    }
    expect(await everyRow(fixture)).toEqual(before);
  });

  test("in a batch is refused as a whole", async () => {
    const before = await everyRow(fixture);
    const request = new Request(`${ORIGIN}/api/trpc/keys.create,keys.create?batch=1`, {
      method: "POST",
      body: JSON.stringify({ 0: INPUT, 1: INPUT }),
      headers: { cookie: owner.cookie, "content-type": "application/json", "sec-fetch-site": "cross-site" },
    });
    expect((await send(fixture, request)).status).toBe(403);
    expect(await everyRow(fixture)).toEqual(before);
  });
});

describe("A query with the administrator's cookie", () => {
  const ask = (headers: Record<string, string>) =>
    send(
      fixture,
      new Request(`${ORIGIN}/api/trpc/keys.list?input={}`, { headers: { cookie: owner.cookie, ...headers } }),
    );

  test.each([
    ...OWN,
    ["of the address bar", { "sec-fetch-site": "none" }],
    ["that says nothing", {}],
  ] as typeof OWN)("%s is answered", async (_, headers) => {
    expect((await ask(headers)).status).toBe(200);
  });

  test.each(OTHERS)("%s is refused", async (_, headers) => {
    expect((await ask(headers)).status).toBe(403);
  });
});

describe.each([
  ["the audit", "/api/audit/export?format=csv", auditFile],
  ["the log", "/api/requests/export?format=csv", logFile],
  ["a job's result", `/api/jobs/${newId("job")}/result`, resultFile],
])("A link to the file of %s", (_name, path, give) => {
  const follow = async (headers: Record<string, string>) => {
    setRuntime(fixture.runtime);
    const request = new Request(ORIGIN + path, { headers: { cookie: owner.cookie, ...headers } });
    const id = path.split("/")[3] ?? "";
    const answer = await (give as typeof resultFile)(request, { params: Promise.resolve({ id }) });
    await answer.body?.cancel();
    return answer.status;
  };
  const found = path.includes("/jobs/") ? 404 : 200;

  test.each([
    ...OWN,
    ["in the address bar", { "sec-fetch-site": "none" }],
    ["on our own page, over plain HTTP, where a link has no origin", { referer: `${ORIGIN}/audit` }],
  ] as typeof OWN)("%s is followed", async (_, headers) => {
    expect(await follow(headers)).toBe(found);
  });

  test.each([
    ...OTHERS,
    ["on another site, over plain HTTP", { referer: "http://evil.example/http://localhost:3000/" }],
    ["on nobody knows which page", {}],
  ] as typeof OTHERS)("%s is refused, and leaves no trace in the audit", async (_, headers) => {
    const before = await everyRow(fixture);
    expect(await follow(headers)).toBe(403);
    expect(await everyRow(fixture)).toEqual(before);
  });
});

describe("Behind HTTPS", () => {
  const status = async (headers: Record<string, string>) => {
    const secure: Runtime = { ...fixture.runtime, baseUrl: "https://keys.acme.example" };
    const cookie = `__Secure-${owner.cookie}`;
    return (
      await call({ ...fixture, runtime: secure }, "mutation", "keys.create", INPUT, { cookie, ...headers })
    ).status;
  };

  test("our own page is known by the public URL, whatever name the proxy calls us by", async () => {
    expect(await status({ origin: "https://keys.acme.example", host: "10.0.0.5:3000" })).toBe(200);
  });

  test("a page that somebody in between served under our name without TLS is none of ours", async () => {
    expect(await status({ origin: "http://keys.acme.example", host: "keys.acme.example" })).toBe(403);
  });
});
