import { type Examples, NOT_FOUND, wrongField } from "./example";
import { ENDED_JOB, NOW, QUEUED_JOB } from "./records";

const unknown = { id: "job_01jdczzzzz8d0e2f4g6h8j0k2m" };

export const JOB_EXAMPLES = {
  list: [
    {
      name: "succeeded",
      summary: "Jobs that succeeded",
      query: { status: "succeeded" },
      answer: { status: 200, body: { data: [ENDED_JOB], nextCursor: null } },
    },
  ],
  start: [
    {
      name: "generateLicenses",
      summary: "Five hundred licences for a year",
      body: { type: "licenses.generate", input: { product: "Editor", count: 500, validityDays: 365 } },
      answer: { status: 202, body: QUEUED_JOB },
    },
    {
      name: "exportLicenses",
      summary: "All licences of a product that are in use",
      body: {
        type: "licenses.export",
        input: { filter: { status: ["active", "suspended"], product: "Editor" } },
      },
      answer: {
        status: 202,
        body: { ...QUEUED_JOB, type: "licenses.export", progress: { done: 0, total: null } },
      },
    },
    {
      name: "importCustomers",
      summary: "Two customers",
      body: {
        type: "customers.import",
        input: {
          rows: [
            { email: "mary@example.com", name: "Mary Somerville" },
            { email: "alan@example.com", metadata: { crm: "C-2043" } },
          ],
        },
      },
      answer: {
        status: 202,
        body: { ...QUEUED_JOB, type: "customers.import", progress: { done: 0, total: 2 } },
      },
    },
    {
      name: "exportTelemetry",
      summary: "The events of a month",
      body: {
        type: "telemetry.export",
        input: { from: "2026-10-01T00:00:00Z", to: "2026-11-01T00:00:00Z" },
      },
      answer: {
        status: 202,
        body: { ...QUEUED_JOB, type: "telemetry.export", progress: { done: 0, total: null } },
      },
    },
    {
      name: "wrongPeriod",
      summary: "A period that ends before it begins",
      body: {
        type: "telemetry.export",
        input: { from: "2026-11-01T00:00:00Z", to: "2026-10-01T00:00:00Z" },
      },
      answer: wrongField("input.to", "Must be after from", "custom"),
    },
  ],
  get: [
    {
      name: "ended",
      summary: "A job that has ended",
      params: { id: ENDED_JOB.id },
      answer: { status: 200, body: ENDED_JOB },
    },
    {
      name: "queued",
      summary: "A job in line",
      params: { id: QUEUED_JOB.id },
      answer: { status: 200, body: QUEUED_JOB },
    },
    { name: "unknown", summary: "No such job", params: unknown, answer: NOT_FOUND },
  ],
  cancel: [
    {
      name: "cancelled",
      summary: "Ends a job in line",
      params: { id: QUEUED_JOB.id },
      answer: {
        status: 200,
        body: {
          ...QUEUED_JOB,
          status: "cancelled",
          outcome: { succeeded: 0, failed: 0 },
          finishedAt: NOW,
        },
      },
    },
    {
      name: "ended",
      summary: "It has ended already",
      params: { id: ENDED_JOB.id },
      answer: { problem: "invalid_state", detail: "The job is succeeded, so it cannot be cancelled." },
    },
  ],
  result: [
    {
      name: "import",
      summary: "What became of each row of an import",
      params: { id: ENDED_JOB.id },
      answer: {
        status: 200,
        body: [
          "line,email,id,outcome,problem",
          "1,grace@example.com,cus_01jdcz0x1ngz7v0y4z6a8b2c3d,imported,",
          "2,,,failed,email: Is required",
          "",
        ].join("\r\n"),
      },
    },
    {
      name: "inLine",
      summary: "It has no result yet",
      params: { id: QUEUED_JOB.id },
      answer: { problem: "invalid_state", detail: "The job is queued, so it cannot be asked for a result." },
    },
  ],
} satisfies Record<string, Examples>;
