import { expect, test } from "vitest";
import { placeIssues } from "@/lib/form-issues";

const FIELDS = ["name", "rateLimits.minute", "rateLimits.hour", "ipAllowlist", "metadata"];

test("stand beside the field they are about, the first of several", () => {
  const issues = [
    { path: "name", message: "Must not be empty" },
    { path: "name", message: "Must not hold a key" },
    { path: "rateLimits.hour", message: "Must be at least 1" },
  ];
  expect(placeIssues(issues, FIELDS, {})).toEqual({
    byField: [
      ["name", "Must not be empty"],
      ["rateLimits.hour", "Must be at least 1"],
    ],
    rest: null,
  });
});

test("name the part of a field that is wrong: a text as it was typed, anything else by its place", () => {
  const input = {
    ipAllowlist: ["10.0.0.1", "nonsense"],
    metadata: { plan: { seats: Number.POSITIVE_INFINITY } },
  };
  const issues = [
    { path: "ipAllowlist.1", message: "Must be an IP address" },
    { path: "metadata.plan.seats", message: "Must be a number that can be kept" },
  ];
  expect(placeIssues(issues, FIELDS, input).byField).toEqual([
    ["ipAllowlist", "nonsense: Must be an IP address"],
    ["metadata", "plan.seats: Must be a number that can be kept"],
  ]);
});

test("stand beside the first field of a group where they are about the group", () => {
  const issues = [{ path: "rateLimits", message: "Set at least one limit" }];
  expect(placeIssues(issues, FIELDS, { rateLimits: {} }).byField).toEqual([
    ["rateLimits.minute", "Set at least one limit"],
  ]);
});

test("are told below the form where it has no field for them", () => {
  const issues = [
    { path: "owner", message: "Is not a field" },
    { path: "names", message: "Is not a field" },
    { path: "", message: "Must be an object" },
  ];
  expect(placeIssues(issues, FIELDS, null)).toEqual({
    byField: [],
    rest: "owner: Is not a field. names: Is not a field. Must be an object",
  });
});
