import { expect, test } from "vitest";
import { placeIssues } from "@/features/keys/form/key-form-issues";
import { newKeyValues } from "@/features/keys/form/key-form-values";
import { describeError } from "@/lib/errors";

test("says beside its field what is wrong with it, and what fits no field as a failure of the form", () => {
  const name = { path: "name", message: "Must not be empty" };
  const shape = { path: "owner", message: "Is not a field" };
  const whole = { path: "", message: "Must be an object" };
  const { errors, failure } = placeIssues([name, shape, whole], newKeyValues(null));
  expect(errors).toEqual({ name: "Must not be empty" });
  expect(describeError(failure)).toMatchObject({
    message: "owner: Is not a field. Must be an object",
    fields: [shape, whole],
  });
  expect(placeIssues([name], newKeyValues(null)).failure).toBeNull();
});
