import type { Permission } from "./permissions";

/** Queues by how long their jobs hold a worker. */
export const JOB_QUEUES = ["default", "bulk"] as const;
export type JobQueue = (typeof JOB_QUEUES)[number];

/** What is known of a type of job. */
export interface JobTypeDetails {
  /** What administrators read. */
  label: string;
  /** What the work needs, beside the permission to start jobs. */
  permission: Permission;
  /** What reading the result needs, beside the permission to read jobs: results hold what this permission guards. */
  resultPermission: Permission;
  /** Whether the result holds licence keys in full, which not every role may see. */
  resultHasLicenseKeys?: true;
  queue: JobQueue;
  /** What its result tells of each row, in this order. */
  resultColumns: readonly string[];
}

/** Every type of job that can be started. */
export const JOB_TYPES = {
  "licenses.generate": {
    label: "Generate licences",
    permission: "licenses:manage",
    resultPermission: "licenses:read",
    resultHasLicenseKeys: true,
    queue: "bulk",
    resultColumns: ["id", "key"],
  },
  "licenses.export": {
    label: "Export licences",
    permission: "licenses:read",
    resultPermission: "licenses:read",
    resultHasLicenseKeys: true,
    queue: "default",
    resultColumns: [
      "id",
      "key",
      "product",
      "status",
      "customerId",
      "customerEmail",
      "activationLimit",
      "activationCount",
      "expiresAt",
      "features",
      "metadata",
      "createdAt",
      "updatedAt",
      "statusReason",
      "statusChangedAt",
    ],
  },
  "customers.import": {
    label: "Import customers",
    permission: "customers:write",
    resultPermission: "customers:read",
    queue: "bulk",
    resultColumns: ["line", "email", "id", "outcome", "problem"],
  },
  "telemetry.export": {
    label: "Export telemetry",
    permission: "telemetry:read",
    resultPermission: "telemetry:read",
    queue: "default",
    resultColumns: [
      "id",
      "type",
      "at",
      "receivedAt",
      "product",
      "version",
      "licenseId",
      "licenseKey",
      "identifier",
      "flags",
      "data",
    ],
  },
} as const satisfies Record<string, JobTypeDetails>;

export type JobType = keyof typeof JOB_TYPES;

export const JOB_TYPE_NAMES = Object.keys(JOB_TYPES) as [JobType, ...JobType[]];

export const MAX_JOB_ROWS = 10_000;

/** Jobs of one key that wait or run: one that starts a thousand must not fill the line, and the disk with their inputs. */
export const MAX_ACTIVE_JOBS_PER_KEY = 10;

/** A row of an import that holds what must not be stored. It is not kept; this is told of it in the result. */
export interface RefusedRow {
  /** As far as it can be shown. */
  email: string;
  problem: string;
}
