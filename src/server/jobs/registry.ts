import type { JobType } from "@/contracts/job-types";
import type { JobDefinition } from "./types/definition";
import { exportLicensesJob } from "./types/export-licenses";
import { exportTelemetryJob } from "./types/export-telemetry";
import { generateLicensesJob } from "./types/generate-licenses";
import { importCustomersJob } from "./types/import-customers";

/** How each type of job is done. Closed: a type of the contract without a line here does not compile. */
const JOBS: { [Type in JobType]: JobDefinition<Type> } = {
  "licenses.generate": generateLicensesJob,
  "licenses.export": exportLicensesJob,
  "customers.import": importCustomersJob,
  "telemetry.export": exportTelemetryJob,
};

/** The definition of a stored job, whose input was parsed by the schema of its type before it was stored. */
export function definitionOf(type: JobType): JobDefinition<JobType> {
  return JOBS[type] as JobDefinition<JobType>;
}
