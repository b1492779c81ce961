import { QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createQueryClient } from "@/trpc/query-client";
import { refresh, refreshWithout } from "@/trpc/use-refresh";

const client = createQueryClient();
const GONE = "cus_1";
let asked: string[] = [];
let leave: (() => void)[] = [];

function keyOf(procedure: string, input?: object) {
  return [procedure.split("."), { input, type: "query" }];
}

/** What a page shows: an answer, and somebody who looks at it. */
async function show(procedure: string, input?: object) {
  const name = `${procedure} ${JSON.stringify(input ?? {})}`;
  const queryFn = () => Promise.resolve(asked.push(name));
  const observer = new QueryObserver(client, { queryKey: keyOf(procedure, input), queryFn });
  leave.push(observer.subscribe(() => {}));
  await vi.waitFor(() => expect(observer.getCurrentResult().isSuccess).toBe(true));
}

const stateOf = (procedure: string, input?: object) => client.getQueryState(keyOf(procedure, input));

beforeEach(() => {
  asked = [];
});

afterEach(() => {
  for (const stop of leave) stop();
  leave = [];
  client.clear();
});

test("A customer that is renamed is asked for anew wherever a page names it", async () => {
  await show("customers.get", { id: GONE });
  await show("keys.get", { id: "key_1" });
  await show("licenses.get", { id: "lic_1" });
  await show("settings.clock");
  asked = [];
  refresh(client, "customers");
  await vi.waitFor(() => expect(asked).toHaveLength(3));
  expect(asked.sort()).toEqual([
    'customers.get {"id":"cus_1"}',
    'keys.get {"id":"key_1"}',
    'licenses.get {"id":"lic_1"}',
  ]);
});

test("After a deletion the lists and the history are asked for anew, and nothing by the id of what is gone", async () => {
  await show("customers.list", { environment: null });
  await show("audit.list", { subjectId: GONE });
  await show("customers.get", { id: GONE });
  await show("keys.list", { customerId: GONE });
  asked = [];
  refreshWithout(client, "customers", GONE);
  await vi.waitFor(() => expect(asked).toHaveLength(2));
  expect(asked).toEqual(['customers.list {"environment":null}', 'audit.list {"subjectId":"cus_1"}']);
});

test("What was known of a deleted record is forgotten, and asked for by whoever comes back to its page", async () => {
  client.setQueryData(keyOf("keys.list", { customerId: GONE }), []);
  await show("customers.get", { id: GONE });
  refreshWithout(client, "customers", GONE);
  expect(stateOf("keys.list", { customerId: GONE })).toBeUndefined();
  expect(stateOf("customers.get", { id: GONE })).toMatchObject({ isInvalidated: true, fetchStatus: "idle" });
});
