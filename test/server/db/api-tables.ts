/** Tables with an environment. The public API reaches these, row by row, and no other table at all. */
export const API_TABLES = [
  "activations",
  "customers",
  "idempotency_records",
  "job_records",
  "job_result_parts",
  "licenses",
  "telemetry_daily",
  "telemetry_events",
];
/** Where it may not do everything to its rows: the history of jobs and events is not the API's to rewrite. */
export const FEWER_RIGHTS: Record<string, string[]> = {
  job_records: ["insert", "select", "update"],
  job_result_parts: ["insert", "select"],
  telemetry_daily: ["insert", "select", "update"],
  telemetry_events: ["insert", "select"],
};
