"use client";

import { useRouter } from "next/navigation";
import { useId, useSyncExternalStore } from "react";
import { TextField } from "@/components/form-fields";
import { useSession } from "@/components/session-context";
import { Button } from "@/components/ui/button";
import { toast } from "@/components/ui/toast";
import { DEFAULT_TIME_ZONE } from "@/contracts/time-zones";
import { Lazy } from "@/lib/lazy";
import { subscribeToNothing } from "@/lib/subscribe-to-nothing";
import { useZodForm } from "@/lib/use-zod-form";
import { browserTimeZone } from "@/lib/zoned-time";
import { trpc } from "@/trpc/client";
import { SettingsSection } from "../section";
import { SettingsForm } from "../settings-form";

const changeTimeZoneSchema = new Lazy(() =>
  import("@/contracts/schemas/admins").then((schemas) => schemas.changeTimeZoneSchema),
);

const ZONES = [DEFAULT_TIME_ZONE, ...Intl.supportedValuesOf("timeZone")];

/** What times are shown in on every page, and read in where they are typed. */
export function TimeZoneSection() {
  const { admin } = useSession();
  const router = useRouter();
  const listId = useId();
  // Null on the server, whose list of zones may be another.
  const here = useSyncExternalStore(subscribeToNothing, browserTimeZone, () => null);
  const change = trpc.profile.changeTimeZone.useMutation();
  const form = useZodForm({
    defaultValues: { timeZone: admin.timeZone },
    schema: changeTimeZoneSchema,
    toInput: ({ timeZone }) => ({ timeZone }),
    async send(input) {
      const { timeZone } = await change.mutateAsync(input);
      form.reset({ timeZone });
      // Pages have it from the layout, which the server draws.
      router.refresh();
      toast({ text: "Saved." });
    },
  });
  return (
    <SettingsSection
      id="time-zone"
      title="Time zone"
      description={
        <p>
          Of the times that pages show and that you type. Days in charts, and in the filters of Audit and
          Telemetry, are those of UTC for everybody.
        </p>
      }
    >
      <SettingsForm form={form} saveLabel="Save time zone">
        <TextField
          control={form.control}
          name="timeZone"
          label="Time zone"
          list={listId}
          hint="UTC, or a place such as Europe/Berlin"
        />
        {here && (
          <>
            <datalist id={listId}>
              {ZONES.map((zone) => (
                <option key={zone} value={zone} />
              ))}
            </datalist>
            <div className="sm:pt-6">
              <Button onClick={() => form.setValue("timeZone", here, { shouldDirty: true })}>
                Use this browser's: {here}
              </Button>
            </div>
          </>
        )}
      </SettingsForm>
    </SettingsSection>
  );
}
