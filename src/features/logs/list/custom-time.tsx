"use client";

import * as z from "zod";
import { TextField } from "@/components/form-fields";
import { Button } from "@/components/ui/button";
import { DEFAULT_REQUEST_PERIOD } from "@/contracts/request-queries";
import { timestampSchema } from "@/contracts/schemas/text";
import { useZodForm } from "@/lib/use-zod-form";
import { instantOf, wallClockOf, zoneName } from "@/lib/zoned-time";
import type { TimeFilterProps } from "./time-filter";

const customTimeSchema = z
  .strictObject({ from: timestampSchema.nullable(), to: timestampSchema.nullable() })
  .refine(({ from, to }) => from !== null || to !== null, {
    path: ["to"],
    error: "Give one of the two at least",
  })
  .refine(({ from, to }) => from === null || to === null || from < to, {
    path: ["to"],
    error: "Must be later than the start",
  });

/** The first and the last instant, to be typed. */
export function CustomTime({ value, onChange, timeZone }: TimeFilterProps & { timeZone: string }) {
  const fieldOf = (instant: string | null) => (instant ? wallClockOf(Date.parse(instant), timeZone) : "");
  const toInstant = (field: string) => {
    const at = instantOf(field, timeZone);
    return Number.isNaN(at) ? null : new Date(at).toISOString();
  };
  const form = useZodForm({
    defaultValues: { from: fieldOf(value.from), to: fieldOf(value.to) },
    schema: customTimeSchema,
    toInput: ({ from, to }) => ({ from: toInstant(from), to: toInstant(to) }),
    send: (time) => onChange({ period: DEFAULT_REQUEST_PERIOD, ...time }),
  });
  return (
    <form onSubmit={form.submit} className="mb-1 grid gap-2 border-b p-2 pb-3">
      <TextField
        control={form.control}
        name="from"
        label={`From (${zoneName(timeZone)})`}
        type="datetime-local"
        step={1}
      />
      <TextField
        control={form.control}
        name="to"
        label={`To (${zoneName(timeZone)})`}
        type="datetime-local"
        step={1}
      />
      <Button type="submit">Apply</Button>
    </form>
  );
}
