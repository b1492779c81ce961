import type { z } from "zod";
import type { Environment, NamedEnvironment } from "@/contracts/environments";
import { JOB_TYPES } from "@/contracts/job-types";
import type { JobView } from "@/contracts/jobs";
import {
  type StartJobInput,
  startJobInEnvironmentSchema,
  type startJobSchema,
} from "@/contracts/schemas/job-types";
import { authorize } from "@/server/core/authorize";
import { unreachable, within } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import type { Transaction } from "@/server/database/connections";
import { withTransaction } from "@/server/database/session";
import { enqueueJob } from "@/server/jobs/enqueue";
import { recordAudit } from "../audit";
import { inEnvironment, type ServiceContext } from "../context";
import { prepareCustomerImport } from "../customers";
import { prepareLicenseGeneration } from "../licenses";
import { takePlace } from "./internal/active-limit";
import { auditSubject, jobViewOf } from "./internal/view";

/**
 * Starts a job. It runs later as the same principal, with what that may do then; here is refused what could never
 * succeed, so that a caller learns of it from the answer and not from a failed job.
 * @throws AppError permission_denied for jobs:write and for the work's own permission; too_many_jobs; what the work's verb
 * would throw
 */
export async function startJob(
  ctx: ServiceContext,
  input: StartJobInput & NamedEnvironment,
): Promise<JobView> {
  authorize(ctx, "jobs:write");
  const { environment, ...job } = parse(startJobInEnvironmentSchema, inEnvironment(ctx, input));
  authorize(ctx, "jobs:write", environment);
  authorize(ctx, JOB_TYPES[job.type].permission, environment);
  const { principal } = ctx;
  if (principal.kind === "system") throw new Error("Jobs belong to a key or an administrator.");
  return withTransaction(ctx, async (ctx) => {
    const now = ctx.clock.now();
    if (principal.kind === "key") await takePlace(ctx.tx, principal.id);
    const work = await prepare(ctx, job, environment, now);
    const { requestId } = ctx;
    const row = await enqueueJob(ctx.tx, { ...work, environment, startedBy: principal, requestId, now });
    await recordAudit(ctx, {
      action: "job.start",
      subject: auditSubject(row),
      environment,
      after: { type: row.type, total: row.total },
    });
    return jobViewOf(row);
  });
}

/** Checks what can be checked before the work, and fixes what must not depend on when it runs. */
async function prepare(
  ctx: ServiceContext & { tx: Transaction },
  { type, input }: z.output<typeof startJobSchema>,
  environment: Environment,
  now: Date,
) {
  switch (type) {
    case "licenses.generate": {
      const prepared = await within("input", () =>
        prepareLicenseGeneration(ctx, { ...input, environment }, now),
      );
      return { type, input: { ...prepared, count: input.count }, total: input.count };
    }
    case "licenses.export":
    case "telemetry.export":
      return { type, input, total: null };
    case "customers.import":
      return { type, input: prepareCustomerImport(ctx, input), total: input.rows.length };
    default:
      return unreachable(type, "services/jobs/start.ts");
  }
}
