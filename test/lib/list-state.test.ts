import { describe, expect, test } from "vitest";
import { listAuditSchema } from "@/contracts/schemas/audit";
import { listCustomersSchema } from "@/contracts/schemas/customers";
import { listFindingsSchema } from "@/contracts/schemas/findings";
import { listJobsSchema } from "@/contracts/schemas/jobs";
import { listKeysSchema } from "@/contracts/schemas/keys";
import { listLicensesSchema } from "@/contracts/schemas/licenses";
import { listRequestsSchema } from "@/contracts/schemas/request-queries";
import { auditList } from "@/features/audit/audit-list-state";
import { customerList } from "@/features/customers/customer-list-state";
import { findingList } from "@/features/findings/finding-list-state";
import { jobHistory } from "@/features/jobs/job-list-state";
import { keyList } from "@/features/keys/list/key-list-state";
import { activationList, licenseList } from "@/features/licenses/license-list-state";
import { logList } from "@/features/logs/log-list-state";
import { telemetryList } from "@/features/telemetry/telemetry-list-state";

const LISTS = {
  audit: { list: auditList, schema: listAuditSchema },
  customers: { list: customerList, schema: listCustomersSchema },
  findings: { list: findingList, schema: listFindingsSchema },
  jobs: { list: jobHistory, schema: listJobsSchema },
  keys: { list: keyList, schema: listKeysSchema },
  licenses: { list: licenseList, schema: listLicensesSchema },
  requests: { list: logList, schema: listRequestsSchema },
};

const address = (query: string) => Promise.resolve(Object.fromEntries(new URLSearchParams(query)));

describe.each(Object.entries(LISTS))("Of the list of %s", (_name, { list, schema }) => {
  test("an empty address asks for what the procedure gives when it is asked for nothing", async () => {
    const state = await list.load(address(""));
    expect(schema.parse(list.input(state as never, null))).toEqual(schema.parse({}));
    expect(list.isFiltered(state as never)).toBe(false);
    expect(state).toMatchObject(list.empty);
  });

  test("an address with nonsense in each of its fields is one that the procedure takes", async () => {
    const names = Object.keys(list.parsers);
    const nonsense = new URLSearchParams(names.map((name) => [name, "\u202Enonsense,,"]));
    const state = await list.load(address(nonsense.toString()));
    expect(schema.safeParse(list.input(state as never, "staging")).error).toBeUndefined();
    expect(list.isFiltered(state as never)).toBe(false);
  });
});

test("What an address says is read as the procedure's schema reads it", async () => {
  const query =
    "search=acme&statuses=active,nonsense,revoked&customerId=cus_01k0000000000000000000000a&limit=50";
  const state = await licenseList.load(address(query));
  expect(state).toEqual({
    search: "acme",
    statuses: ["active", "revoked"],
    product: null,
    customerId: "cus_01k0000000000000000000000a",
    limit: 50,
    cursor: null,
  });
  expect(licenseList.isFiltered(state)).toBe(true);
  expect(licenseList.isFiltered({ ...state, ...licenseList.empty })).toBe(false);
});

test("Order, time and page are no filters", async () => {
  const keys = await keyList.load(address("sort=name&direction=asc&limit=100&cursor=abc"));
  expect(keys).toMatchObject({ sort: "name", direction: "asc", limit: 100, cursor: "abc" });
  expect(keyList.isFiltered(keys)).toBe(false);
  const events = await telemetryList.load(address("period=7&from=2026-11-01&to=2026-11-03"));
  expect(events).toMatchObject({ period: "7", from: "2026-11-01", to: "2026-11-03" });
  expect(telemetryList.isFiltered(events)).toBe(false);
});

test("A filter whose default is a value is set when it is another, and a switch when it is on", async () => {
  expect(activationList.isFiltered(await activationList.load(address("status=all")))).toBe(false);
  expect(activationList.isFiltered(await activationList.load(address("status=active")))).toBe(true);
  expect(findingList.isFiltered(await findingList.load(address("muted=true")))).toBe(true);
});

test("A value goes into the address as it is read from there", () => {
  const { statuses, limit } = licenseList.parsers;
  expect(statuses?.serialize?.(["active", "revoked"] as never)).toBe("active,revoked");
  expect(limit?.serialize?.(50 as never)).toBe("50");
});
