import * as z from "zod";
import { MAX_JOB_BODY_BYTES } from "@/contracts/bounds";
import type { JobView } from "@/contracts/jobs";
import { startJobSchema } from "@/contracts/schemas/job-types";
import { type Job, jobIdSchema, jobSchema, listJobsQuerySchema } from "@/contracts/schemas/jobs";
import { FILE_TYPES } from "@/server/core/download";
import { cancelJob, getJob, getJobResult, listJobs, startJob } from "@/server/services/jobs";
import { prefersNdjson } from "../http/accept";
import { JOB_EXAMPLES } from "./examples/jobs";
import { defineRoute } from "./route";
import { jobPageSchema } from "./schemas";

/** A job as the contract has it; where its fault came from, and who started it, is for administrators. */
function publicJob(view: JobView): Job {
  // JSON leaves out what is undefined (see withoutEnvironment).
  const inner = { environment: undefined, startedBy: undefined, stack: undefined };
  return { ...view, ...inner };
}

export const jobRoutes = [
  defineRoute(
    {
      id: "jobs.list",
      method: "get",
      path: "/jobs",
      summary: "List jobs",
      description: "Newest first.",
      permission: "jobs:read",
      input: { query: listJobsQuerySchema },
      responses: { 200: { description: "A page of jobs", schema: jobPageSchema } },
      problems: ["validation_failed"],
      examples: JOB_EXAMPLES.list,
    },
    async ({ ctx, query: { status, ...query } }) => {
      const { data, nextCursor } = await listJobs(ctx, { ...query, statuses: status ? [status] : [] });
      return { status: 200, body: { data: data.map(publicJob), nextCursor } };
    },
  ),
  defineRoute(
    {
      id: "jobs.start",
      method: "post",
      path: "/jobs",
      summary: "Start a job",
      description:
        "The work needs its own permission too, while it runs as well. `Location` is where to watch the job.",
      permission: "jobs:write",
      input: { body: startJobSchema },
      maxBodyBytes: MAX_JOB_BODY_BYTES,
      responses: {
        202: {
          description: "The job, in line",
          schema: jobSchema,
          headers: ["Location"],
        },
      },
      problems: ["validation_failed", "customer_out_of_scope", "too_many_jobs"],
      examples: JOB_EXAMPLES.start,
    },
    async ({ ctx, body, link }) => {
      const job = publicJob(await startJob(ctx, body));
      return { status: 202, body: job, headers: { Location: link(`/jobs/${job.id}`) } };
    },
  ),
  defineRoute(
    {
      id: "jobs.get",
      method: "get",
      path: "/jobs/{id}",
      summary: "Get a job",
      description: "As far as it is.",
      permission: "jobs:read",
      input: { params: jobIdSchema },
      responses: { 200: { description: "The job", schema: jobSchema } },
      problems: ["not_found"],
      examples: JOB_EXAMPLES.get,
    },
    async ({ ctx, params }) => ({ status: 200, body: publicJob(await getJob(ctx, params)) }),
  ),
  defineRoute(
    {
      id: "jobs.cancel",
      method: "post",
      path: "/jobs/{id}/cancel",
      summary: "Cancel a job",
      description: "One that waits or runs. What it has done stays done.",
      permission: "jobs:write",
      input: { params: jobIdSchema },
      responses: { 200: { description: "The cancelled job", schema: jobSchema } },
      problems: ["not_found", "invalid_state"],
      examples: JOB_EXAMPLES.cancel,
    },
    async ({ ctx, params }) => ({ status: 200, body: publicJob(await cancelJob(ctx, params)) }),
  ),
  defineRoute(
    {
      id: "jobs.result",
      method: "get",
      path: "/jobs/{id}/result",
      summary: "Fetch the result of a job",
      description:
        "Of one that succeeded, for 7 days: a file of CSV. It takes the permissions that reading its content takes.",
      permission: "jobs:read",
      input: { params: jobIdSchema },
      responses: {
        200: {
          description:
            "CSV (RFC 4180) with a header line; to whoever would rather have it by Accept, NDJSON: a JSON object in each line",
          contentType: FILE_TYPES.csv,
          alternativeType: FILE_TYPES.ndjson,
          schema: z.string(),
          headers: ["Content-Disposition", "Vary"],
        },
      },
      problems: ["not_found", "invalid_state"],
      examples: JOB_EXAMPLES.result,
    },
    async ({ ctx, params, accept }) => ({
      status: 200,
      file: await getJobResult(ctx, { ...params, format: prefersNdjson(accept) ? "ndjson" : "csv" }),
      headers: { Vary: "Accept" },
    }),
  ),
];
