/** Tables with an environment. The public API reaches these, row by row, and no other table at all. */
export const API_TABLES = [
  "activations",
  "customers",
  "idempotency_records",
  "job_records",
  "job_result_parts",
  "licenses",
];
/** Where it may not do everything to its rows: the history of jobs is an administrator's to delete. */
export const FEWER_RIGHTS: Record<string, string[]> = {
  job_records: ["insert", "select", "update"],
  job_result_parts: ["insert", "select"],
};
