import { JOB_INPUTS, type StartJobInput } from "@/contracts/job-types";
import { type ErrorField, issuesOf } from "@/lib/errors";
import {
  environmentIssues,
  type LicenseFormValues,
  limitIssues,
  numberOf,
  ownerIssues,
  toCreateInput,
} from "./license-form-values";

type Generation = Extract<StartJobInput, { type: "licenses.generate" }>["input"];

/** What the form asks a job to generate: licences alike. May be invalid: {@link generationIssues} tells. */
export function toGenerationInput(values: LicenseFormValues, count: string, now: Date): Generation {
  const { key: _key, customer: _customer, ...license } = toCreateInput(values, now);
  return { ...license, count: numberOf(count) ?? Number.NaN };
}

/** What is wrong with a generation, found before it is sent: what is no number would travel as null. */
export function generationIssues(values: LicenseFormValues, count: string, now: Date): ErrorField[] {
  const input = toGenerationInput(values, count, now);
  const countIssues = Number.isNaN(input.count)
    ? [{ path: "count", message: "Must be a whole number in digits" }]
    : [];
  const parsed = JOB_INPUTS["licenses.generate"].safeParse(input);
  return [
    ...environmentIssues(values),
    ...countIssues,
    ...ownerIssues(values),
    ...limitIssues(values),
    ...issuesOf(parsed),
  ];
}
