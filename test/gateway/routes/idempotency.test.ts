import {
  type Answer,
  type CallOptions,
  call,
  expectFieldErrors,
  expectProblem,
  inProcess,
} from "@test/support/calls";
import { newEmail } from "@test/support/fixture";
import { suiteFixture } from "@test/support/suite";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { customerSchema } from "@/contracts/schemas/customers";
import type { CreateKeyInput } from "@/contracts/schemas/keys";
import { newId } from "@/server/core/ids";
import { regenerateKey, updateKey } from "@/server/services/keys";

const DAY = 86_400;
const RATE_LIMITS = { minute: 100_000 };

const fixture = suiteFixture({ API_ENVIRONMENT: "staging", DATABASE_POOL_SIZE: "8" });
const api = inProcess(fixture);
let key: string;

beforeAll(async () => {
  key = (await newKey()).secret;
});

const newKey = (input: Partial<CreateKeyInput> = {}) => fixture.key({ rateLimits: RATE_LIMITS, ...input });
const sql = () => fixture.runtime.databases.owner.$client;

function post(idempotencyKey: string, body: object, options: CallOptions = {}): Promise<Answer> {
  const headers = { "idempotency-key": idempotencyKey };
  return call(api, "POST", "/staging/customers", { key, headers, body, ...options });
}

let keys = 0;
/** An Idempotency-Key that nobody has used. */
const fresh = () => `key-${++keys}`;

async function customersWith(email: string): Promise<number> {
  const [row] = await sql()`select count(*)::int as count from customers where email = ${email}`;
  return row?.count;
}

function expectFirst(answer: Answer, status: number): void {
  expect(answer.status, answer.text).toBe(status);
  expect(answer.headers.get("idempotency-replayed")).toBeNull();
}

/** Demands the first answer once more, byte for byte, and marked as such. */
function expectReplay(answer: Answer, first: Answer): void {
  expect([answer.status, answer.text]).toEqual([first.status, first.text]);
  for (const name of ["content-type", "location", "www-authenticate"]) {
    expect(answer.headers.get(name)).toBe(first.headers.get(name));
  }
  expect(answer.headers.get("idempotency-replayed")).toBe("true");
  expect(answer.headers.get("x-request-id")).not.toBe(first.headers.get("x-request-id"));
}

describe("a repeated request", () => {
  test("gets the first answer again, byte for byte, and nothing is done twice", async () => {
    const [once, body] = [fresh(), { email: newEmail(), name: "Ada" }];
    const first = await post(once, body);
    expectFirst(first, 201);
    for (let repeat = 0; repeat < 3; repeat++) expectReplay(await post(once, body), first);
    expect(await customersWith(body.email)).toBe(1);
  });

  test("gets it also when the record has been changed or deleted meanwhile", async () => {
    const [once, body] = [fresh(), { email: newEmail() }];
    const first = await post(once, body);
    await call(api, "DELETE", `/staging/customers/${first.json.id}`, { key });
    expectReplay(await post(once, body), first);
    expect(await customersWith(body.email)).toBe(0);
  });

  test("with another body or path is 422 idempotency_mismatch, and the first answer stays", async () => {
    const [once, body] = [fresh(), { email: newEmail() }];
    const first = await post(once, body);
    expectProblem(await post(once, { email: newEmail() }), "idempotency_mismatch");
    expectProblem(await post(once, {}, { raw: JSON.stringify(body, null, 1) }), "idempotency_mismatch");
    const headers = { "idempotency-key": once };
    expectProblem(await call(api, "POST", "/customers", { key, headers, body }), "idempotency_mismatch");
    expectReplay(await post(once, body), first);
  });

  test("of another API key is another request; of the same one regenerated, the same", async () => {
    const [once, body] = [fresh(), { email: newEmail() }];
    const mine = await newKey();
    const first = await post(once, body, { key: mine.secret });
    expectFirst(first, 201);
    const other = { email: newEmail() };
    expectFirst(await post(once, other, { key: (await newKey()).secret }), 201);
    const { secret } = await regenerateKey(fixture.context(), { id: mine.key.id, overlap: "now" });
    expectReplay(await post(once, body, { key: secret }), first);
  });

  test("is admitted like any other: without the permission there is no replay", async () => {
    const [once, body] = [fresh(), { email: newEmail() }];
    const { key: view, secret } = await newKey();
    expectFirst(await post(once, body, { key: secret }), 201);
    await updateKey(fixture.context(), { id: view.id, permissions: ["customers:read"] });
    const missingPermissions = ["customers:write"];
    expectProblem(await post(once, body, { key: secret }), "permission_denied", { missingPermissions });
  });

  test("is known for 24 hours to the second, and is a new one then", async () => {
    const [once, body] = [fresh(), { email: newEmail() }];
    const first = await post(once, body);
    fixture.clock.advance(DAY - 1);
    expectReplay(await post(once, body), first);
    await call(api, "DELETE", `/staging/customers/${first.json.id}`, { key });
    fixture.clock.advance(1);
    const second = await post(once, body);
    expectFirst(second, 201);
    expect(second.read(customerSchema).id).not.toBe(first.json.id);
    expectReplay(await post(once, body), second);
  });
});

describe("a refusal", () => {
  test("by the work itself is replayed, even where it would succeed by now", async () => {
    const [once, email] = [fresh(), newEmail()];
    const rival = await fixture.customer({ email });
    const first = await post(once, { email });
    expectProblem(first, "conflict");
    await call(api, "DELETE", `/staging/customers/${rival.id}`, { key });
    expectReplay(await post(once, { email }), first);
    expectFirst(await post(fresh(), { email }), 201);
  });

  test("for the scope of the key is replayed", async () => {
    const [once, body] = [fresh(), { email: newEmail() }];
    const scoped = (await newKey({ customers: [(await fixture.customer()).id] })).secret;
    const first = await post(once, body, { key: scoped });
    expectProblem(first, "customer_out_of_scope");
    expectReplay(await post(once, body, { key: scoped }), first);
  });

  test("of the input is not kept: the corrected request may use the same key", async () => {
    const once = fresh();
    expectFieldErrors(await post(once, { email: "none" }), "email");
    expectProblem(await post(once, {}, { raw: "{" }), "malformed_json");
    expectFirst(await post(once, { email: newEmail() }), 201);
  });

  test("of the input is not kept either where the work alone can tell that it is wrong", async () => {
    const once = fresh();
    const maker = (await newKey({ permissions: ["keys:manage", "licenses:read"], managesKeys: "own" }))
      .secret;
    const made = (customer: string) =>
      call(api, "POST", "/staging/keys", {
        key: maker,
        headers: { "idempotency-key": once },
        body: { name: "Acme Ltd", permissions: ["licenses:read"], customers: [customer] },
      });
    expectFieldErrors(await made(newId("cus")), "customers.0");
    const first = await made((await fixture.customer()).id);
    expectFirst(first, 201);
    expect(first.json.secret).toMatch(/^kw_stag_/);
  });

  test("that is a fault of ours is not kept, tells nothing of its inside, and a retry succeeds", async () => {
    const [once, body] = [fresh(), { email: newEmail() }];
    await sql().unsafe(`
      create function fail() returns trigger language plpgsql as $$ begin raise 'inner text of the fault'; end $$;
      create trigger fail before insert on customers for each row execute function fail()`);
    const first = await post(once, body);
    await sql()`drop function fail cascade`;
    expectProblem(first, "internal");
    expect(first.text).not.toContain("inner text");
    expect(fixture.log()).toContain("inner text of the fault");
    expect(fixture.log()).toContain(String(first.json.requestId));
    expectFirst(await post(once, body), 201);
  });
});

describe("a request under way", () => {
  /** Lets a POST with this e-mail address wait inside of Postgres, for as long as `during` takes. */
  async function whileBlocked(
    email: string,
    start: () => Promise<Answer>,
    during: () => Promise<void>,
  ): Promise<Answer> {
    const blocker = await sql().reserve();
    try {
      // An uncommitted row with the same address: whoever inserts another one waits for the end of this transaction.
      await blocker`begin`;
      await blocker`insert into customers (id, environment, email, created_at, updated_at) values ('cus_blocker', 'staging', ${email}, now(), now())`;
      const first = start();
      await vi.waitFor(async () => expect(await blockedBackends()).not.toEqual([]), { timeout: 10_000 });
      await during();
      await blocker`rollback`;
      return await first;
    } finally {
      blocker.release();
    }
  }

  async function blockedBackends(): Promise<number[]> {
    const rows = await sql()`
      select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    return rows.map(({ pid }) => pid);
  }

  test("makes its repeat 409 idempotency_in_flight, and no other request", async () => {
    const [once, body] = [fresh(), { email: newEmail() }];
    const first = await whileBlocked(
      body.email,
      () => post(once, body),
      async () => {
        const repeat = await post(once, body);
        expectProblem(repeat, "idempotency_in_flight", { retryAfter: 1 });
        expect(repeat.headers.get("retry-after")).toBe("1");
        expectProblem(await post(once, { email: newEmail() }), "idempotency_in_flight", { retryAfter: 1 });
        expectFirst(await post(fresh(), { email: newEmail() }), 201);
        expectFirst(await post(once, { email: newEmail() }, { key: (await newKey()).secret }), 201);
      },
    );
    expectFirst(first, 201);
    expectReplay(await post(once, body), first);
  });

  test("is done once, however many are sent at the same time", async () => {
    const [once, body] = [fresh(), { email: newEmail() }];
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(once, body)));
    const [first, ...others] = answers.filter(({ status }) => status === 201);
    for (const other of others) expect(other.text).toBe(first?.text);
    for (const answer of answers.filter(({ status }) => status !== 201)) {
      expectProblem(answer, "idempotency_in_flight", { retryAfter: 1 });
    }
    expect(await customersWith(body.email)).toBe(1);
  });
});

test("every visible character and 255 of them make an Idempotency-Key", async () => {
  const visible = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index)).join("");
  for (const once of [visible, "k".repeat(255), "!"]) {
    const body = { email: newEmail() };
    const first = await post(once, body);
    expectFirst(first, 201);
    expectReplay(await post(once, body), first);
  }
});

test("methods other than POST do not heed it", async () => {
  const { id } = await fixture.customer();
  const headers = { "idempotency-key": fresh() };
  for (const name of ["Ada", "Eve"]) {
    const answer = await call(api, "PATCH", `/staging/customers/${id}`, { key, headers, body: { name } });
    expectFirst(answer, 200);
    expect(answer.json).toMatchObject({ name });
  }
});
