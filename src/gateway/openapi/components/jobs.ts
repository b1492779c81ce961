import { jobSchema } from "@/contracts/schemas/jobs";
import { jobPageSchema } from "@/gateway/routes/schemas";
import { type Component, object } from "../component";
import { NEXT_CURSOR } from "./lists";

const { progress, outcome, error } = jobSchema.shape;

export const JOB_ANSWERS: readonly Component[] = [
  object("JobProgress", progress, "How far a job is.", {
    done: { description: "Rows that were seen to.", examples: [120] },
    total: {
      description: "Rows in all; null until that is known: an export finds out by reading.",
      minimum: 0,
      examples: [500],
    },
  }),
  object(
    "JobOutcome",
    outcome.unwrap(),
    "What became of the rows of a job that has ended. It succeeded also where rows failed, since each was seen to.",
    {
      succeeded: { description: "Rows that were done.", examples: [498] },
      failed: { description: "Rows that were not; the result says why.", examples: [2] },
    },
  ),
  object(
    "JobError",
    error.unwrap(),
    "Why a job failed, or why it is about to be tried again. It holds nothing of the input.",
    {
      code: {
        description: "Stable word for what went wrong, of ProblemCode.",
        maxLength: 100,
        examples: ["unavailable"],
      },
      detail: { description: "The same for people.", maxLength: 1_000 },
    },
  ),
  object(
    "Job",
    jobSchema,
    "Work that outlives the call which started it. Ask for it again until its status is none of `queued` and `running`.",
    {
      id: "Id of the job.",
      type: "What it does.",
      status: "Where it stands.",
      progress: "How far it is.",
      outcome:
        "What became of its rows; null until the job has ended, and for jobs from before this was counted.",
      attempts: { description: "How often it was begun: after a fault it is tried again.", examples: [1] },
      error: "Why it failed, or is about to be tried again; null: nothing went wrong.",
      requestId: "The call that started it; null: none did.",
      keyId: "The key that started it; null: an administrator did.",
      createdAt: "When it was started, and put in line.",
      startedAt: "When it was begun last; null: it was not yet.",
      finishedAt: "When it ended; null: it has not yet.",
      resultExpiresAt: "Until when its result can be fetched; null: it has none, or none yet.",
    },
  ),
  object("JobPage", jobPageSchema, "A page of jobs, newest first.", {
    data: { description: "The jobs of this page.", maxItems: 100 },
    nextCursor: NEXT_CURSOR,
  }),
];
