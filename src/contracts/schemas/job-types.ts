import * as z from "zod";
import { type JobType, MAX_JOB_ROWS, type RefusedRow } from "../job-types";
import { LICENSE_STATUSES } from "../licenses";
import { grouped } from "../numbers";
import { boundedArray } from "./arrays";
import { environmentSchema } from "./environments";
import { idSchema } from "./ids";
import { licenseSearchSchema, newLicenseShape, productSchema, refuseContradictions } from "./licenses";
import { telemetryTypeSchema } from "./telemetry";
import { timestampSchema } from "./text";

const { product, customerId, activationLimit, expiresAt, validityDays, features, metadata } = newLicenseShape;

const generateShape = {
  product,
  count: z
    .number()
    .int("Must be a whole number")
    .min(1, "Must be at least 1")
    .max(MAX_JOB_ROWS, `Must be at most ${grouped(MAX_JOB_ROWS)}`),
  customerId,
  activationLimit,
  expiresAt,
  /** Days of 24 hours from the start of the job, the same instant for every licence of it. */
  validityDays,
  features,
  metadata,
};

const generateInput = z.strictObject(generateShape).superRefine(refuseContradictions);

/** The same with the environment of the job. */
export const generateLicensesSchema = z
  .strictObject({ environment: environmentSchema, ...generateShape })
  .superRefine(refuseContradictions);

export type GenerateLicensesInput = z.input<typeof generateLicensesSchema>;

const exportInput = z.strictObject({
  filter: z
    .strictObject({
      /** One, or any of several. */
      status: z
        .union([
          z.enum(LICENSE_STATUSES),
          boundedArray(z.enum(LICENSE_STATUSES), { min: 1, max: LICENSE_STATUSES.length }),
        ])
        .optional(),
      product: productSchema.optional(),
      customerId: idSchema("cus").optional(),
      search: licenseSearchSchema.optional(),
    })
    .default({}),
});

/** Rows are looked at one by one when they are imported: a wrong one is told in the result, the others go in. */
const importedRowsSchema = boundedArray(z.unknown(), {
  min: 1,
  max: MAX_JOB_ROWS,
  words: {
    short: "Must have at least 1 row",
    long: `Must have at most ${grouped(MAX_JOB_ROWS)} rows`,
  },
});

/** Some rows of an import, with the environment of the job. */
export const importCustomersSchema = z.strictObject({
  environment: environmentSchema,
  rows: importedRowsSchema,
});

const importInput = z
  .strictObject({
    rows: importedRowsSchema,
    /** Where each row stands in the file it was read from, for the result to name. Without it rows count from 1. */
    lines: boundedArray(z.int().min(1), { max: MAX_JOB_ROWS }).optional(),
  })
  .refine(({ rows, lines }) => lines === undefined || lines.length === rows.length, {
    path: ["lines"],
    message: "Must have one line for each row",
  })
  // Says that this schema has read it, so that nobody reads 10,000 rows once more before they are kept.
  .brand<"ImportInput">();

const exportTelemetryInput = z
  .strictObject({
    /** Received at this instant or later. */
    from: timestampSchema,
    /** Received before this instant. */
    to: timestampSchema,
    type: telemetryTypeSchema.optional(),
    product: productSchema.optional(),
    flagged: z.boolean().optional(),
  })
  .refine(({ from, to }) => Date.parse(from) < Date.parse(to), {
    path: ["to"],
    message: "Must be after from",
  });

/** The input of each type, as its caller gives it. */
export const JOB_INPUTS = {
  "licenses.generate": generateInput,
  "licenses.export": exportInput,
  "customers.import": importInput,
  "telemetry.export": exportTelemetryInput,
} as const satisfies Record<JobType, z.ZodType>;

/** What is kept beside the input of an import: rows that are null in it, by their place. */
interface KeptImport {
  refused?: Record<number, RefusedRow>;
}

/** The input of a job as it is kept. */
export type JobInput<Type extends JobType> = z.output<(typeof JOB_INPUTS)[Type]> &
  (Type extends "customers.import" ? KeptImport : unknown);

function startVariants<Extra extends z.ZodRawShape>(extra: Extra) {
  return z.discriminatedUnion("type", [
    z.strictObject({ ...extra, type: z.literal("licenses.generate"), input: generateInput }),
    z.strictObject({
      ...extra,
      type: z.literal("licenses.export"),
      input: exportInput.default({ filter: {} }),
    }),
    z.strictObject({ ...extra, type: z.literal("customers.import"), input: importInput }),
    z.strictObject({ ...extra, type: z.literal("telemetry.export"), input: exportTelemetryInput }),
  ]);
}

/** Body of `POST /jobs`. */
export const startJobSchema = startVariants({});
export type StartJobInput = z.input<typeof startJobSchema>;

/** The console's rows are of all environments, so it names what the public API has in the path. */
export const startJobInEnvironmentSchema = startVariants({ environment: environmentSchema });
