import { JOB_INPUTS, startJobSchema } from "@/contracts/schemas/job-types";
import { type Component, object } from "../component";
import { LICENSE_TEXTS } from "./licenses";

const [generate, exportLicenses, importCustomers, exportTelemetry] = startJobSchema.options;

/** What each type of job is given. */
const WORK: readonly Component[] = [
  object(
    "LicenseGenerationInput",
    JOB_INPUTS["licenses.generate"],
    "Licences that differ by their keys alone. Send `expiresAt` or `validityDays`, not both. The result has the columns `id` and `key`.",
    {
      ...LICENSE_TEXTS,
      count: { description: "How many licences.", format: "int32", examples: [500] },
      customerId: "The customer that they belong to. Absent: they are `available`.",
      validityDays: {
        description:
          "Days of 24 hours until they expire, from the start of the job, the same instant for each; in place of `expiresAt`.",
        examples: [365],
      },
      metadata: "Data of your own, the same on each. Absent: none.",
    },
  ),
  object(
    "LicenseFilter",
    JOB_INPUTS["licenses.export"].shape.filter.unwrap(),
    "Narrows an export of licences; what is absent leaves nothing out.",
    {
      status: "One status, or any of several.",
      product: { description: "Exactly this product.", examples: ["Editor"] },
      customerId: "Those of this customer.",
      search:
        "Part of the licence key or of the product, or a whole id; for a key that may read customers also part of the e-mail address or of the name of the customer.",
    },
  ),
  object("LicenseExportInput", JOB_INPUTS["licenses.export"], "Which licences to export.", {
    filter: "What to narrow them by. Absent: all of the environment.",
  }),
  object(
    "CustomerImportInput",
    JOB_INPUTS["customers.import"],
    "Customers to create. A wrong row does no harm to the others: the result, with the columns `line`, `email`, `id`, `outcome` and `problem`, says what became of each.",
    {
      rows: {
        description:
          "The customers. Of two rows with one e-mail address the first counts. A row that is no CustomerCreate is not refused here, but told in the result.",
        items: { $ref: "#/components/schemas/CustomerCreate" },
      },
      lines: {
        description:
          "Where each row stands in the file it was read from, for the result to name: as many as there are rows. Absent: rows count from 1.",
        examples: [[2, 3]],
      },
    },
  ),
  object("TelemetryExportInput", JOB_INPUTS["telemetry.export"], "Which events to export.", {
    from: "Received at this instant or later.",
    to: "Received before this instant, which is after `from`.",
    type: { description: "Exactly this type.", examples: ["app.start"] },
    product: { description: "Exactly this product.", examples: ["Editor"] },
    flagged: "Only those with flags, or only those without.",
  }),
];

const TYPE = "What is to be done.";

export const JOB_INPUT_COMPONENTS: readonly Component[] = [
  ...WORK,
  object("LicenseGenerationStart", generate, "Generates licences. Needs `licenses:manage` as well.", {
    type: TYPE,
    input: "What licences, and how many.",
  }),
  object("LicenseExportStart", exportLicenses, "Exports licences. Needs `licenses:read` as well.", {
    type: TYPE,
    input: "Which licences. Absent: all of the environment.",
  }),
  object(
    "CustomerImportStart",
    importCustomers,
    "Creates customers. Needs `customers:write` as well, and a key that is not restricted to certain customers.",
    { type: TYPE, input: "The customers." },
  ),
  object("TelemetryExportStart", exportTelemetry, "Exports events. Needs `telemetry:read` as well.", {
    type: TYPE,
    input: "Which events.",
  }),
  {
    name: "JobStart",
    schema: startJobSchema,
    description:
      "A job to start, by its type. A body of up to 4 MiB is taken. At most 10 jobs of a key wait or run at a time (429 `too_many_jobs`).",
    keywords: {
      discriminator: {
        propertyName: "type",
        mapping: {
          "licenses.generate": "#/components/schemas/LicenseGenerationStart",
          "licenses.export": "#/components/schemas/LicenseExportStart",
          "customers.import": "#/components/schemas/CustomerImportStart",
          "telemetry.export": "#/components/schemas/TelemetryExportStart",
        },
      },
    },
  },
];
