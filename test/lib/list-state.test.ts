import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { listActivationsSchema } from "@/contracts/schemas/activations";
import { listAuditSchema } from "@/contracts/schemas/audit";
import { listCustomersSchema } from "@/contracts/schemas/customers";
import { listFindingsSchema } from "@/contracts/schemas/findings";
import { listJobsSchema } from "@/contracts/schemas/jobs";
import { listKeysSchema } from "@/contracts/schemas/keys";
import { listLicensesSchema } from "@/contracts/schemas/licenses";
import { listNoticesSchema } from "@/contracts/schemas/notices";
import { listRequestsSchema } from "@/contracts/schemas/request-queries";
import { daySchema, listTelemetrySchema } from "@/contracts/schemas/telemetry";
import { auditList } from "@/features/audit/audit-list-state";
import { customerList } from "@/features/customers/customer-list-state";
import { findingList } from "@/features/findings/finding-list-state";
import { jobHistory } from "@/features/jobs/job-list-state";
import { keyList } from "@/features/keys/list/key-list-state";
import { activationList, licenseList } from "@/features/licenses/license-list-state";
import { logList } from "@/features/logs/log-list-state";
import { noticeList } from "@/features/notices/notice-list-state";
import { telemetryList } from "@/features/telemetry/telemetry-list-state";

/** What the address has in another form than the procedure: days, and words for a switch. */
const telemetrySchema = listTelemetrySchema.extend({
  period: z.enum(["1", "7", "30", "90"]).default("30"),
  from: daySchema.nullable().default(null),
  to: daySchema.nullable().default(null),
  flagged: z.enum(["yes", "no"]).nullable().default(null),
});

const LISTS = {
  audit: { list: auditList, schema: listAuditSchema },
  customers: { list: customerList, schema: listCustomersSchema },
  findings: { list: findingList, schema: listFindingsSchema },
  jobs: { list: jobHistory, schema: listJobsSchema },
  keys: { list: keyList, schema: listKeysSchema },
  licenses: { list: licenseList, schema: listLicensesSchema },
  requests: { list: logList, schema: listRequestsSchema },
};

/** Texts that one of the fields takes, or nearly. */
const NEARLY = [
  "",
  "acme",
  "  acme ",
  "x".repeat(100),
  "x".repeat(101),
  "x".repeat(254),
  "e\u0301".repeat(60),
  "\u202Eacme",
  "active,revoked",
  "active,active,active,active,active,active,active",
  "none",
  "left",
  "Ada@Example.com",
  `${"a".repeat(64)}@example.com`,
  `${"a".repeat(65)}@example.com`,
  "ada@",
  "Web Shop",
  "-shop",
  "cus_01k0000000000000000000000a",
  "key_01k0000000000000000000000a",
  "req_01k0000000000000000000000a",
  "cus_91k0000000000000000000000a",
  "CUS_01K0000000000000000000000A",
  "true",
  "false",
  "yes",
  "20",
  "020",
  "1e1",
  "11",
  "asc",
  "name",
  "1h",
  "2xx,4xx",
  "GET,POST",
  "info,warning,error",
  "198.51.100.7",
  "198.51.100.256",
  "01.2.3.4",
  "::1",
  "::ffff:198.51.100.7",
  "::ffff:198.51.100.256",
  "2001:db8::1::2",
  "2001:db8::1%eth0",
  "[::1]",
  "::1\n",
  "2026-11-30",
  "2026-02-29",
  "2028-02-29",
  "2026-13-01",
  "1969-12-31",
  "9999-01-01",
  "0000-01-01",
  "2026-11-30T12:00:00Z",
  "2026-11-30T12:00:00.123456+02:00",
  "2026-11-30T24:00:00Z",
  "2026-11-30T12:00:00",
  "2026-11-30T12:00Z",
  "2026-02-30T12:00:00Z",
  "1969-12-31T23:59:59Z",
  "1970-01-01T00:00:00+01:00",
  "9999-12-31T23:59:59-01:00",
  "2026-11-30 12:00:00Z",
];

/** What the schema of a procedure makes of a text in the address, where several values have commas between them. */
function bySchema(field: z.ZodType, text: string): unknown {
  const absent = field.safeParse(undefined).data;
  return field.safeParse(read(field, text)).data ?? absent;
}

function read(field: z.core.$ZodType, text: string): unknown {
  if (field instanceof z.ZodDefault || field instanceof z.ZodNullable) return read(field.unwrap(), text);
  if (field instanceof z.ZodPipe && field.out instanceof z.ZodArray) return read(field.out, text);
  if (field instanceof z.ZodBoolean) return text === "true";
  if (field instanceof z.ZodLiteral) return [...field.values].find((value) => String(value) === text);
  if (!(field instanceof z.ZodArray)) return text;
  return text.split(",").filter((item) => z.safeParse(field.element, item).success);
}

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

const READ = {
  ...LISTS,
  activations: { list: activationList, schema: listActivationsSchema },
  notices: { list: noticeList, schema: listNoticesSchema },
  telemetry: { list: telemetryList, schema: telemetrySchema },
};

describe.each(Object.entries(READ))("An address of the list of %s", (_name, { list, schema }) => {
  const fields = schema.shape as Record<string, z.ZodType>;

  test.each(Object.keys(list.parsers))("is read as the procedure's schema reads it: %s", async (name) => {
    const field = fields[name] ?? expect.fail(`The procedure has no ${name}`);
    const same = async (text: string) => {
      const state = { ...(await list.load(Promise.resolve({ [name]: text }))) } as Record<string, unknown>;
      expect([text, state[name]]).toEqual([text, bySchema(field, text)]);
    };
    for (const text of NEARLY) await same(text);
    const parts = fc.oneof(fc.constantFrom(...NEARLY), fc.string({ maxLength: 3, unit: "binary" }));
    const texts = fc.array(parts, { maxLength: 3 }).map((some) => some.join(""));
    await fc.assert(fc.asyncProperty(texts, same), { numRuns: 300, seed: 1 });
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
