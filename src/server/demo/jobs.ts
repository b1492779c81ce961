import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import type { StartJobInput } from "@/contracts/schemas/job-types";
import { runJobs } from "@/server/jobs/run";
import { cancelJob, startJob } from "@/server/services/jobs";
import type { DemoPart, DemoRun, Plan, Step } from "./run";

/** A look at the clock, of which a chunk takes several, stands for so much time. */
const PACE_MS = 90;
const EXPORTS = 7;

/** Does a job as a worker would, so that its rows and its result are real. */
export async function work({ as, clock }: DemoRun, id: Id<"job">): Promise<void> {
  clock.pace = PACE_MS;
  await runJobs(as({ kind: "system", name: "jobs" }), { id }, new AbortController().signal);
  clock.pace = 0;
}

interface Wanted {
  at: Date;
  by: { key: string } | "operator";
  environment: Environment;
  job: StartJobInput;
}

/** Starts a job; it is worked on half a minute later, unless something happens to it before. */
function job({ at, by, environment, job }: Wanted, then: "work" | "cancel" = "work"): Step[] {
  let id: Id<"job">;
  const start: Step = {
    at,
    async play({ as, admin, key }) {
      const actor = by === "operator" ? admin(by) : key(by.key);
      id = (await startJob(as(actor), { ...job, environment })).id;
    },
  };
  const end: Step = {
    at: new Date(at.getTime() + 30_000),
    async play(run) {
      if (then === "work") return work(run, id);
      await cancelJob(run.as(run.admin("operator")), { id });
    },
  };
  return [start, end];
}

function generate(product: string, count: number, activationLimit: number): StartJobInput {
  return { type: "licenses.generate", input: { product, count, activationLimit, validityDays: 365 } };
}

/** Work in the background: stock made, exports by night, one job that was called off, two that lost their key. */
export const jobs: DemoPart = ({ at }: Plan) => [
  ...job({
    ...{ at: at(61, 10, 2), by: "operator", environment: "production" },
    job: generate("Atelier Desktop", 450, 3),
  }),
  ...job({
    ...{ at: at(19, 16, 40), by: { key: "Checkout service" }, environment: "production" },
    job: generate("Pixelforge Plugin", 200, 1),
  }),
  ...job({
    ...{ at: at(9, 11), by: { key: "Acceptance tests" }, environment: "staging" },
    job: generate("Atelier Desktop", 120, 3),
  }),
  ...Array.from({ length: EXPORTS }, (_, day) =>
    job({
      ...{ at: at(day, 0, 10), by: { key: "Nightly export to the warehouse" }, environment: "production" },
      job: { type: "licenses.export", input: { filter: {} } },
    }),
  ).flat(),
  ...job(
    {
      ...{ at: at(4, 15, 12), by: "operator", environment: "production" },
      job: generate("Atelier Server", 10_000, 1),
    },
    "cancel",
  ),
  // Both keys are revoked at 00:21 of their day, between the start and the work.
  ...job({
    ...{
      at: new Date(at(12, 0, 21).getTime() - 15_000),
      by: { key: "Former partner" },
      environment: "production",
    },
    job: generate("Atelier Mobile", 2_000, 1),
  }),
  ...job({
    ...{ at: new Date(at(0, 0, 21).getTime() - 15_000), by: { key: "Load test" }, environment: "staging" },
    job: generate("Load", 10_000, 1),
  }),
];
