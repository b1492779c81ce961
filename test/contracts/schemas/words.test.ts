import { readdirSync } from "node:fs";
import { beforeEach, describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { MAX_FIELD_ERROR_LENGTH } from "@/contracts/bounds";
import { WEBHOOK_EVENT_TYPES } from "@/contracts/webhooks";
import "@/contracts/schemas/words";

const saidOf = (schema: z.ZodType, input: unknown) =>
  schema.safeParse(input).error?.issues.map(({ message, code }) => [code, message]);

describe("What is wrong is said in plain words, by a code that stays", () => {
  const SAID: [schema: z.ZodType, input: unknown, code: string, message: string][] = [
    [z.string(), 3, "invalid_type", "Must be a string, not a number"],
    [z.string(), null, "invalid_type", "Must be a string, not null"],
    [z.string(), [], "invalid_type", "Must be a string, not a list"],
    [z.boolean(), "yes", "invalid_type", "Must be true or false, not a string"],
    [z.array(z.string()), {}, "invalid_type", "Must be a list, not an object"],
    [z.strictObject({}), [], "invalid_type", "Must be an object, not a list"],
    [z.record(z.string(), z.string()), true, "invalid_type", "Must be an object, not true or false"],
    [z.number(), Number.NaN, "invalid_type", "Must be a number"],
    [z.int(), 1.5, "invalid_type", "Must be a whole number"],
    [z.string(), undefined, "invalid_type", "Is required"],
    [z.enum(["a", "b"]), undefined, "invalid_value", "Is required: one of a, b"],
    [z.literal("a"), undefined, "invalid_value", "Is required"],
    [z.enum(["a", "b", "c"]), "d", "invalid_value", "Must be one of a, b, c"],
    [z.literal([20, 50]), 30, "invalid_value", "Must be one of 20, 50"],
    [z.literal("a"), "b", "invalid_value", "Must be a"],
    [z.string().min(1), "", "too_small", "Must not be empty"],
    [z.string().min(8), "a", "too_small", "Must be at least 8 characters"],
    [z.string().max(2), "abc", "too_big", "Must be at most 2 characters"],
    [z.string().length(6), "1", "too_small", "Must be exactly 6 characters"],
    [z.array(z.string()).min(1), [], "too_small", "Must not be empty"],
    [z.array(z.string()).max(1), ["a", "b"], "too_big", "Must have at most 1 item"],
    [z.int().min(1), 0, "too_small", "Must be at least 1"],
    [z.number().gt(0), 0, "too_small", "Must be more than 0"],
    [z.int().max(10_000), 20_000, "too_big", "Must be at most 10,000"],
    [z.number().lt(10), 10, "too_big", "Must be less than 10"],
    [z.iso.datetime(), "now", "invalid_format", "Must be an RFC 3339 time, such as 2027-01-31T12:00:00Z"],
    [z.ipv4(), "x", "invalid_format", "Must be an IPv4 address"],
    [z.string().regex(/^a$/), "b", "invalid_format", "Is malformed"],
    [z.int().multipleOf(5), 7, "not_multiple_of", "Must be a multiple of 5"],
    [z.strictObject({}), { a: 1 }, "unrecognized_keys", "Unknown field"],
    [
      z.union([z.ipv4(), z.ipv6()]),
      "x",
      "invalid_union",
      "Must be an IPv4 address, or: Must be an IPv6 address",
    ],
    [
      z.union([z.strictObject({ a: z.string() }), z.strictObject({ b: z.string() })]),
      { a: 1 },
      "invalid_union",
      "Has none of the forms that it may have",
    ],
    [
      z.discriminatedUnion("type", [
        z.object({ type: z.literal("one") }),
        z.object({ type: z.literal("two") }),
      ]),
      { type: "three" },
      "invalid_union",
      "Must be one of one, two",
    ],
    [z.custom(() => false), 1, "custom", "Is not valid"],
  ];

  // Without the schemas, which the title would be made of too.
  test.each(SAID.map(([, , code, message], index) => ({ code, message, index })))(
    "$code: $message",
    ({ code, message, index }) => {
      const [schema, input] = SAID[index] ?? [z.never(), null];
      expect(saidOf(schema, input)).toEqual([[code, message]]);
    },
  );

  test("a list of choices that is too long is told as far as whole names fit, with how many more there are", () => {
    const [[, message = ""] = []] = saidOf(z.enum(WEBHOOK_EVENT_TYPES), "license.mode") ?? [];
    expect(message.length).toBeLessThanOrEqual(MAX_FIELD_ERROR_LENGTH);
    const [, told = "", more = ""] = message.match(/^Must be one of (.+) and (\d+) more$/) ?? [];
    const names = told.split(", ");
    expect(names).toEqual(WEBHOOK_EVENT_TYPES.slice(0, names.length));
    expect(names.length + Number(more)).toBe(WEBHOOK_EVENT_TYPES.length);
    // One more would not have fitted.
    expect(message.length + 2 + (WEBHOOK_EVENT_TYPES[names.length] ?? "").length).toBeGreaterThan(
      MAX_FIELD_ERROR_LENGTH,
    );
  });

  test("a schema's own words come first", () => {
    expect(saidOf(z.string("Say who it is"), 3)).toEqual([["invalid_type", "Say who it is"]]);
  });
});

describe("In the browser, which loads what a form needs,", () => {
  beforeEach(() => {
    vi.resetModules();
    z.config({ customError: undefined });
  });

  const names = readdirSync("src/contracts/schemas").map((file) => file.replace(/\.ts$/, ""));

  test.each(names)("%s brings these words along", async (name) => {
    await import(`../../../src/contracts/schemas/${name}.ts`);
    expect(z.config().customError).toEqual(expect.any(Function));
  });
});
