import * as z from "zod";
import { MAX_JOB_BODY_BYTES } from "@/contracts/bounds";
import type { JobView } from "@/contracts/jobs";
import { startJobSchema } from "@/contracts/schemas/job-types";
import { type Job, jobIdSchema, jobSchema, listJobsQuerySchema } from "@/contracts/schemas/jobs";
import { FILE_TYPES } from "@/server/core/download";
import { cancelJob, getJob, getJobResult, listJobs, startJob } from "@/server/services/jobs";
import { defineRoute } from "./route";
import { pageSchema } from "./schemas";

/** A job as the contract has it; where its fault came from, and who looks after it, is for administrators. */
function publicJob(view: JobView): Job {
  // JSON leaves out what is undefined (see withoutEnvironment).
  const inner = {
    environment: undefined,
    startedBy: undefined,
    stack: undefined,
    resultExpiresAt: undefined,
  };
  return { ...view, ...inner };
}

export const jobRoutes = [
  defineRoute(
    {
      id: "jobs.list",
      method: "get",
      path: "/jobs",
      summary: "List jobs, newest first",
      permission: "jobs:read",
      input: { query: listJobsQuerySchema },
      responses: { 200: { description: "A page of jobs", schema: pageSchema(jobSchema) } },
      problems: ["validation_failed"],
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
      summary: "Start a job; the work needs its own permission too, while it runs as well",
      permission: "jobs:write",
      input: { body: startJobSchema },
      maxBodyBytes: MAX_JOB_BODY_BYTES,
      responses: {
        202: {
          description: "The job, in line",
          schema: jobSchema,
          headers: { Location: "Path of the job, to watch it" },
        },
      },
      problems: ["validation_failed", "customer_out_of_scope", "too_many_jobs"],
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
      summary: "Get a job, as far as it is",
      permission: "jobs:read",
      input: { params: jobIdSchema },
      responses: { 200: { description: "The job", schema: jobSchema } },
      problems: ["not_found"],
    },
    async ({ ctx, params }) => ({ status: 200, body: publicJob(await getJob(ctx, params)) }),
  ),
  defineRoute(
    {
      id: "jobs.cancel",
      method: "post",
      path: "/jobs/{id}/cancel",
      summary: "End a job that waits or runs; what it has done stays done",
      permission: "jobs:write",
      input: { params: jobIdSchema },
      responses: { 200: { description: "The cancelled job", schema: jobSchema } },
      problems: ["not_found", "invalid_state"],
    },
    async ({ ctx, params }) => ({ status: 200, body: publicJob(await cancelJob(ctx, params)) }),
  ),
  defineRoute(
    {
      id: "jobs.result",
      method: "get",
      path: "/jobs/{id}/result",
      summary: "Fetch the result of a job that succeeded, for 7 days; takes what reading its content takes",
      permission: "jobs:read",
      input: { params: jobIdSchema },
      responses: {
        200: {
          description: "CSV (RFC 4180) with a header line",
          contentType: FILE_TYPES.csv,
          schema: z.string(),
          headers: { "Content-Disposition": "A name for the file" },
        },
      },
      problems: ["not_found", "invalid_state"],
    },
    async ({ ctx, params }) => ({ status: 200, file: await getJobResult(ctx, params) }),
  ),
];
