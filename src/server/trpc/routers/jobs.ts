import { environmentFilterSchema } from "@/contracts/schemas/environments";
import { startJobInEnvironmentSchema } from "@/contracts/schemas/job-types";
import { jobIdSchema, listJobsSchema } from "@/contracts/schemas/jobs";
import {
  cancelJob,
  deleteJob,
  getJobDetails,
  getJobStats,
  listJobs,
  retryJob,
  startJob,
} from "@/server/services/jobs";
import { adminProcedure, router } from "../trpc";

export const jobsRouter = router({
  list: adminProcedure.input(listJobsSchema).query(({ ctx, input }) => listJobs(ctx.service, input)),
  get: adminProcedure.input(jobIdSchema).query(({ ctx, input }) => getJobDetails(ctx.service, input)),
  stats: adminProcedure
    .input(environmentFilterSchema)
    .query(({ ctx, input }) => getJobStats(ctx.service, input)),
  start: adminProcedure
    .input(startJobInEnvironmentSchema)
    .mutation(({ ctx, input }) => startJob(ctx.service, input)),
  cancel: adminProcedure.input(jobIdSchema).mutation(({ ctx, input }) => cancelJob(ctx.service, input)),
  retry: adminProcedure.input(jobIdSchema).mutation(({ ctx, input }) => retryJob(ctx.service, input)),
  delete: adminProcedure.input(jobIdSchema).mutation(({ ctx, input }) => deleteJob(ctx.service, input)),
});
