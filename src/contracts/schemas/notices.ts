import * as z from "zod";
import { canBeDelivered, NOTICE_DELIVERY_NAMES, NOTICE_KIND_NAMES } from "../notices";
import { boundedArray } from "./arrays";
import { idSchema } from "./ids";
import { consolePage } from "./lists";

export const listNoticesSchema = z.strictObject({
  unread: z.boolean().default(false),
  ...consolePage(),
});

export type ListNoticesInput = z.input<typeof listNoticesSchema>;

/** Those named, or all there are. */
export const markNoticesReadSchema = z.strictObject({
  ids: boundedArray(idSchema("ntc"), { min: 1, max: 100 }).nullable().default(null),
});

export const changeNoticePreferencesSchema = z.strictObject({
  deliveries: z
    .record(z.enum(NOTICE_KIND_NAMES), z.enum(NOTICE_DELIVERY_NAMES))
    .superRefine((deliveries, ctx) => {
      for (const kind of NOTICE_KIND_NAMES) {
        if (canBeDelivered(kind, deliveries[kind])) continue;
        ctx.addIssue({ code: "custom", path: [kind], message: "Must come by mail" });
      }
    }),
  summaryHour: z.int().min(0).max(23),
});
