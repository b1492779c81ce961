import * as z from "zod";
import { PROBLEM_CODES } from "../problems";
import {
  DEFAULT_REQUEST_PERIOD,
  EXPORT_FORMATS,
  NO_KEY,
  REQUEST_METHODS,
  REQUEST_PERIOD_NAMES,
  REQUEST_ROW,
  STATUS_CLASSES,
} from "../request-queries";
import { REQUEST_LEVELS } from "../requests";
import { environmentFilterSchema } from "./environments";
import { idSchema } from "./ids";
import { anyOf, consolePage, stepSchema } from "./lists";
import { text, timestampSchema } from "./text";

/** @see REQUEST_ROW */
export const requestRowSchema = z.string().regex(REQUEST_ROW, "Must name a row of the log");

/**
 * Which calls. Empty lists and nulls leave nothing out. A request id names its call, so the time does not count beside
 * it: whoever has only the id does not know when that was.
 */
const filterShape = {
  ...environmentFilterSchema.shape,
  /** Back from now; `from` and `to` take its place. */
  period: z.enum(REQUEST_PERIOD_NAMES).default(DEFAULT_REQUEST_PERIOD),
  /** At this instant or later. */
  from: timestampSchema.nullable().default(null),
  /** Before this instant. */
  to: timestampSchema.nullable().default(null),
  levels: anyOf(REQUEST_LEVELS),
  statuses: anyOf(STATUS_CLASSES),
  codes: anyOf(PROBLEM_CODES),
  methods: anyOf(REQUEST_METHODS),
  /** Method and template, such as `GET /customers/{id}`. */
  route: text(1, 200).nullable().default(null),
  keyId: z
    .union([idSchema("key"), z.literal(NO_KEY)])
    .nullable()
    .default(null),
  customerId: idSchema("cus").nullable().default(null),
  address: z.union([z.ipv4(), z.ipv6()]).nullable().default(null),
  requestId: idSchema("req").nullable().default(null),
  /** Anywhere in path, query or the words of a refusal. */
  search: text(0, 100).default(""),
};

const inOrder = ({ from, to }: { from: string | null; to: string | null }) =>
  from === null || to === null || Date.parse(from) < Date.parse(to);
const ORDER = { path: ["to"], message: "Must be later than the start" };

export const requestFilterSchema = z.strictObject(filterShape).refine(inOrder, ORDER);
export type RequestFilter = z.output<typeof requestFilterSchema>;
export type RequestFilterInput = z.input<typeof requestFilterSchema>;

export const listRequestsSchema = z.strictObject({ ...filterShape, ...consolePage() }).refine(inOrder, ORDER);

/** Input of the verb, for pages of the console. */
export const listRequestsStepSchema = z
  .strictObject({ ...filterShape, ...consolePage(), limit: stepSchema })
  .refine(inOrder, ORDER);

export const tailRequestsSchema = z
  .strictObject({
    ...filterShape,
    /** The `now` of the answer before; null at the start. */
    since: timestampSchema.nullable().default(null),
  })
  .refine(inOrder, ORDER);

export const requestNameSchema = z.union([
  z.strictObject({ row: requestRowSchema }),
  z.strictObject({ requestId: idSchema("req") }),
]);

export const exportRequestsSchema = z
  .strictObject({ ...filterShape, format: z.enum(EXPORT_FORMATS) })
  .refine(inOrder, ORDER);
export type ExportRequestsInput = z.input<typeof exportRequestsSchema>;
