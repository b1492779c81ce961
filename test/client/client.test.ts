import { work } from "@test/server/jobs/support";
import { inProcess } from "@test/support/calls";
import { suiteFixture } from "@test/support/suite";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import {
  type Client,
  type ClientOptions,
  createClient,
  type DeprecationNotice,
  type Job,
  JobError,
  KeywardError,
  type Schemas,
} from "@/client";
import type { Id } from "@/contracts/ids";
import { PERMISSIONS } from "@/contracts/permissions";
import type { CreateKeyInput } from "@/contracts/schemas/keys";

const fixture = suiteFixture();
const api = inProcess(fixture);

/** What the client sends, and the pauses that it makes without making them. */
interface Sent {
  client: Client;
  requests: Request[];
  pauses: number[];
}

interface Setting extends Partial<ClientOptions> {
  key?: Partial<CreateKeyInput>;
  /** Done in a pause. */
  meanwhile?: () => unknown;
  /** What becomes of the nth request in place of its being answered. */
  lose?: (request: Request, number: number) => Response | undefined;
}

async function client({ key, meanwhile, lose, ...options }: Setting = {}): Promise<Sent> {
  const permissions = [...PERMISSIONS];
  const { secret } = await fixture.key({ permissions, rateLimits: { minute: 10_000 }, ...key });
  const requests: Request[] = [];
  const pauses: number[] = [];
  const made = createClient({
    baseUrl: "http://keyward.test/api/v1/staging",
    apiKey: secret,
    wait: async (milliseconds) => {
      pauses.push(milliseconds);
      await meanwhile?.();
    },
    fetch: async (request) => {
      requests.push(request.clone());
      const instead = lose?.(request, requests.length);
      if (instead) return instead;
      const { pathname, search } = new URL(request.url);
      const body = request.body ? await request.text() : undefined;
      const headers = Object.fromEntries(request.headers);
      return api(
        pathname + search,
        { method: request.method, headers, ...(body ? { body } : {}) },
        "198.51.100.7",
      );
    },
    ...options,
  });
  return { client: made, requests, pauses };
}

/** The error that a call ends with. */
async function errorOf(calling: Promise<unknown>): Promise<KeywardError> {
  const error = await calling.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof KeywardError)) throw new Error(`No refusal: ${error}`);
  return error;
}

const lost = () => {
  throw new TypeError("fetch failed");
};

const refusal = (status: number, headers: Record<string, string>) => new Response("", { status, headers });

test("A call answers with what the description says, typed", async () => {
  const { client: keyward } = await client();
  const customer: Schemas["Customer"] = await keyward.post("/customers", {
    body: { email: "ada@example.com" },
  });
  const read = await keyward.get("/customers/{id}", { params: { path: { id: customer.id } } });
  expect(read).toEqual(customer);
  const renamed = await keyward.patch("/customers/{id}", {
    params: { path: { id: customer.id } },
    body: { name: "Ada" },
  });
  expect(renamed.name).toBe("Ada");
  expect(await keyward.delete("/customers/{id}", { params: { path: { id: customer.id } } })).toEqual({
    id: customer.id,
    deleted: true,
  });
});

test("A licence is sold and activated", async () => {
  const { client: keyward } = await client();
  const license = await keyward.post("/licenses", {
    body: { product: "desktop", customer: { email: "grace@example.com" }, activationLimit: 1 },
  });
  const { activation } = await keyward.post("/licenses/activate", {
    body: { key: license.key, identifier: "laptop" },
  });
  expect(activation.licenseId).toBe(license.id);
  const second = keyward.post("/licenses/activate", { body: { key: license.key, identifier: "tablet" } });
  expect((await errorOf(second)).code).toBe("activation_limit_reached");
});

describe("a refusal", () => {
  test("is thrown with its code, its status and the id by which it is found in the log", async () => {
    const { client: keyward, pauses } = await client({ key: { permissions: ["licenses:read"] } });
    const error = await errorOf(keyward.get("/customers"));
    expect(error).toMatchObject({ code: "permission_denied", status: 403 });
    expect(error.problem?.missingPermissions).toEqual(["customers:read"]);
    expect(error.requestId).toMatch(/^req_/);
    expect(pauses).toEqual([]);
  });

  test("names the fields that are wrong", async () => {
    const { client: keyward } = await client();
    const error = await errorOf(keyward.post("/customers", { body: { email: "nobody" } }));
    expect(error.errors.map(({ path }) => path)).toEqual(["email"]);
  });

  test("of something that is not Keyward is told as such", async () => {
    const page = () =>
      new Response("<h1>Bad gateway</h1>", { status: 502, headers: { "content-type": "text/html" } });
    const { client: keyward } = await client({ lose: page });
    expect(await errorOf(keyward.get("/key"))).toMatchObject({
      code: "unexpected_answer",
      status: 502,
      problem: null,
    });
  });
});

describe("what is worth repeating", () => {
  test("429 is repeated once its Retry-After is over, and not sooner", async () => {
    const { client: keyward, pauses } = await client({
      key: { rateLimits: { minute: 1 } },
      meanwhile: () => fixture.clock.advance(120),
    });
    await keyward.get("/key");
    await keyward.get("/key");
    expect(pauses).toHaveLength(1);
    expect(pauses[0]).toBeGreaterThan(1_000);
    expect(pauses[0]).toBeLessThanOrEqual(66_000);
  });

  test("a longer wait than it is allowed is thrown at once, for the program to decide", async () => {
    const { client: keyward, pauses } = await client({ key: { rateLimits: { minute: 1 } }, maxDelayMs: 500 });
    await keyward.get("/key");
    const error = await errorOf(keyward.get("/key"));
    expect(error.problem?.retryAfter).toBeGreaterThan(0);
    expect(pauses).toEqual([]);
  });

  test("a POST whose answer was lost is sent again under the same Idempotency-Key, and is done once", async () => {
    let answered = 0;
    const {
      client: keyward,
      requests,
      pauses,
    } = await client({
      fetch: async (request) => {
        requests.push(request.clone());
        const { pathname } = new URL(request.url);
        const headers = Object.fromEntries(request.headers);
        const answer = await api(
          pathname,
          { method: "POST", headers, body: await request.text() },
          "198.51.100.7",
        );
        return ++answered === 1 ? lost() : answer;
      },
    });
    const email = "once@example.com";
    const customer = await keyward.post("/customers", { body: { email } });
    expect(customer.email).toBe(email);
    const keys = requests.map((request) => request.headers.get("idempotency-key"));
    expect(keys).toHaveLength(2);
    expect(keys[0]).toBe(keys[1]);
    expect(keys[0]).not.toBeNull();
    expect(pauses).toHaveLength(1);
  });

  test("a caller's own Idempotency-Key is kept", async () => {
    const { client: keyward, requests } = await client();
    await keyward.post("/customers", {
      body: { email: "own@example.com" },
      params: { header: { "Idempotency-Key": "order-1042" } },
    });
    expect(requests[0]?.headers.get("idempotency-key")).toBe("order-1042");
  });

  test("a DELETE whose answer was lost is not sent again: the second would be a 404", async () => {
    const { client: keyward, requests } = await client({ lose: lost });
    const id = "cus_00000000000000000000000000" as const;
    const error = await errorOf(keyward.delete("/customers/{id}", { params: { path: { id } } }));
    expect(error.code).toBe("unreachable");
    expect(requests).toHaveLength(1);
  });

  test("a DELETE that is answered with 503 is not sent again: it may have been carried out", async () => {
    const { client: keyward, requests } = await client({ lose: () => refusal(503, { "retry-after": "2" }) });
    const id = "cus_00000000000000000000000000" as const;
    const error = await errorOf(keyward.delete("/customers/{id}", { params: { path: { id } } }));
    expect(error.status).toBe(503);
    expect(requests).toHaveLength(1);
  });

  test("503 is repeated, three times and no more", async () => {
    const {
      client: keyward,
      requests,
      pauses,
    } = await client({ lose: () => refusal(503, { "retry-after": "2" }) });
    expect((await errorOf(keyward.get("/key"))).status).toBe(503);
    expect(requests).toHaveLength(4);
    for (const pause of pauses) expect(pause).toBeGreaterThanOrEqual(2_000);
  });

  test("a Retry-After of a proxy that is a date is understood", async () => {
    const at = new Date(Date.now() + 30_000).toUTCString();
    const once = (_: Request, number: number) =>
      number === 1 ? refusal(503, { "retry-after": at }) : undefined;
    const { client: keyward, pauses } = await client({ lose: once });
    await keyward.get("/key");
    expect(pauses[0]).toBeGreaterThan(20_000);
    expect(pauses[0]).toBeLessThan(34_000);
  });

  test("what was called off is not repeated", async () => {
    const { client: keyward, requests } = await client({ lose: lost });
    await expect(keyward.get("/key", { signal: AbortSignal.abort() })).rejects.toThrow();
    expect(requests.length).toBeLessThanOrEqual(1);
  });
});

test("A list is read to its end, page by page", async () => {
  const { client: keyward, requests } = await client();
  for (let number = 0; number < 5; number++)
    await keyward.post("/customers", { body: { email: `page-${number}@pages.example` } });
  requests.length = 0;
  const emails: string[] = [];
  for await (const { email } of keyward.list("/customers", {
    params: { query: { search: "pages.example", limit: 2 } },
  }))
    emails.push(email);
  expect(emails).toEqual([4, 3, 2, 1, 0].map((number) => `page-${number}@pages.example`));
  expect(requests).toHaveLength(3);
});

describe("a job", () => {
  test("is awaited, with its progress, and its result read", async () => {
    const started: { id?: Id<"job"> } = {};
    const { client: keyward } = await client({ meanwhile: () => started.id && work(fixture, started.id) });
    const { id } = await keyward.post("/jobs", {
      body: { type: "licenses.generate", input: { product: "desktop", count: 3 } },
    });
    started.id = id as Id<"job">;
    const seen: number[] = [];
    const job = await keyward.waitForJob(id, { onProgress: ({ done }) => seen.push(done) });
    expect(job.outcome).toEqual({ succeeded: 3, failed: 0 });
    expect(seen).toEqual([0, 3]);
    const file = await keyward.get("/jobs/{id}/result", { params: { path: { id } }, parseAs: "text" });
    expect(file.trim().split("\n")).toHaveLength(4);
  });

  test("that failed says why, by its code and in words", () => {
    const error = { code: "permission_denied", detail: "This call needs the permission licenses:manage." };
    const job = { id: "job_1", status: "failed", error } as unknown as Job;
    expect(new JobError(job).message).toBe(`Job job_1 failed: ${error.detail} (${error.code})`);
  });

  test("that was cancelled is told as an error that has it", async () => {
    const { client: keyward } = await client();
    const { id } = await keyward.post("/jobs", {
      body: { type: "licenses.generate", input: { product: "desktop", count: 3 } },
    });
    await keyward.post("/jobs/{id}/cancel", { params: { path: { id } } });
    const error = await keyward.waitForJob(id).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(JobError);
    expect((error as JobError).job).toMatchObject({ id, status: "cancelled" });
  });
});

describe("an operation that will go", () => {
  const going = {
    deprecation: "@1798761600",
    sunset: "Sat, 01 Jan 2028 00:00:00 GMT",
    link: '<https://keyward.test/docs/versioning>; rel="deprecation"',
  };
  const answered = (request: Request) =>
    request.url.includes("/licenses/")
      ? refusal(404, going)
      : Response.json({ data: [], nextCursor: null }, { headers: going });

  test("is told of once, whatever was answered and for whichever record", async () => {
    const told: DeprecationNotice[] = [];
    const { client: keyward } = await client({
      lose: answered,
      onDeprecated: (notice) => void told.push(notice),
    });
    for (const id of ["lic_1", "lic_2"])
      await errorOf(keyward.get("/licenses/{id}", { params: { path: { id } } }));
    for (const limit of [1, 2]) await keyward.get("/customers", { params: { query: { limit } } });
    const notice = {
      since: new Date("2027-01-01T00:00:00Z"),
      sunset: new Date("2028-01-01T00:00:00Z"),
      link: going.link,
    };
    expect(told).toEqual([
      { operation: "GET /licenses/{id}", ...notice },
      { operation: "GET /customers", ...notice },
    ]);
  });

  test.each([
    [
      "throws",
      () => {
        throw new Error("The log is full");
      },
    ],
    ["rejects", () => Promise.reject(new Error("The log is full"))],
  ])(
    "fails no call where the program %s at the notice, and is warned of on the console",
    async (_, onDeprecated) => {
      const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
      onTestFinished(() => warn.mockRestore());
      const { client: keyward } = await client({ lose: answered, onDeprecated });
      expect(await keyward.get("/customers")).toHaveProperty("data");
      expect(warn).toHaveBeenCalledOnce();
    },
  );

  test("is warned of on the console, where the program asks for nothing else", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    onTestFinished(() => warn.mockRestore());
    const { client: keyward } = await client({ lose: answered });
    await keyward.get("/customers");
    await keyward.get("/customers");
    expect(warn.mock.calls).toEqual([
      [`[keyward] GET /customers is deprecated. It may be gone from 2028-01-01 on. See ${going.link}`],
    ]);
  });
});
