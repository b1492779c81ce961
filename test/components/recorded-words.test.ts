import { describe, expect, test } from "vitest";
import { fieldWords, recordedLabel, recordedText } from "@/components/recorded-words";
import { KEY_STATUSES } from "@/contracts/keys";
import { PERMISSION_DETAILS, PERMISSIONS } from "@/contracts/permissions";
import { exportAuditSchema } from "@/contracts/schemas/audit";
import { requestFilterSchema } from "@/contracts/schemas/request-queries";
import { SETTINGS } from "@/contracts/schemas/settings";
import { statusLabel } from "@/features/keys/key-status";

describe("A recorded value", () => {
  test.each([
    ["key", "customers", null, "Every customer"],
    ["key", "customers", [], "None left: grants nothing"],
    ["key", "customers", ["cus_1", "cus_2"], "cus_1, cus_2"],
    ["key", "ipAllowlist", [], "Any"],
    ["key", "allowedOrigins", [], "Any"],
    ["key", "managesKeys", "own", "The keys it makes"],
    ["key", "managesKeys", "all", "All keys of its environment"],
    ["key", "grantsKeyManagement", true, "yes"],
    ["key", "expiresAt", null, "Never"],
    ["key", "expiresAt", "2026-11-29T09:15:06.865Z", "Sun, 29 Nov 2026, 09:15:06 UTC"],
    ["key", "overlapUntil", null, "No overlap"],
    ["key", "overlapUntil", "2026-11-29T09:15:06.865Z", "Sun, 29 Nov 2026, 09:15:06 UTC"],
    ["key", "rateLimits", { day: 10_000, minute: 60 }, "60 / min · 10,000 / day"],
    ["key", "permissions", ["licenses:manage", "of:old"], "License Management, of:old"],
    ["key", "description", "", "None"],
    ["license", "activationLimit", null, "Unlimited"],
    ["license", "customerId", null, "Nobody yet"],
    [
      "license",
      "metadata",
      { plan: "pro", seats: { min: 1, kinds: ["a", "b"] } },
      "plan: pro, seats (min: 1, kinds: a, b)",
    ],
    ["license", "metadata", {}, "None"],
    ["license", "activation", null, "Ended"],
    ["settings", "logDays", 1, "1 day"],
    ["settings", "telemetryDays", 3_650, "3,650 days"],
    ["settings", "bodies", false, "off"],
    ["settings", "anonymousRowsPerMinute", 120, "120 / min"],
    ["settings", "anonymousRowsPerMinute", 0, "all"],
    ["settings", "dailyMegabytes", 2_048, "2,048 MB"],
    ["settings", "dailyMegabytes", null, "By the disk"],
    ["admin", "role", "owner", "Owner"],
    [
      "admin",
      "notices",
      { job_failed: "summary", summaryHour: 9 },
      "A job has failed: Daily summary, Summary at hour: 9",
    ],
    ["webhook", "cutOffWith", { id: "key_1", name: "Desk" }, "the key “Desk” (key_1)"],
    ["job", "type", "licenses.export", "Export licences"],
    ["job", "status", "queued", "Queued"],
  ])("of %s.%s is told in the words of its page: %j", (noun, field, value, words) => {
    expect(recordedText(noun, field, value)).toBe(words);
  });

  test("has the same word for a status, and for a permission, as everything else of the console", () => {
    for (const status of KEY_STATUSES)
      expect(recordedText("key", "status", status)).toBe(statusLabel(status));
    for (const permission of PERMISSIONS)
      expect(recordedText("key", "permissions", [permission])).toBe(PERMISSION_DETAILS[permission].label);
  });

  test("of a field that no code knows any more is told without JSON", () => {
    expect(recordedLabel("gone.update", "someOldField")).toBe("Some old field");
    expect(recordedText("gone.update", "someOldField", { a: [{ b: null }] })).toBe("a: b: none");
  });
});

test("Every setting, and every filter that an export can be narrowed to, has words", () => {
  const settings = Object.values(SETTINGS).flatMap(({ schema }) => Object.keys(schema.shape));
  const filters = Object.keys(requestFilterSchema.shape).filter(
    (name) => !["period", "environment"].includes(name),
  );
  expect(settings.filter((field) => !fieldWords("settings.update", field))).toEqual([]);
  expect(filters.filter((field) => !fieldWords("log.export", field))).toEqual([]);
  const audited = Object.keys(exportAuditSchema.omit({ environment: true, format: true }).shape);
  expect(audited.filter((field) => !fieldWords("audit.export", field))).toEqual([]);
});
