"use client";

import { CodeBlock } from "@/components/code-block";
import { CopyField } from "@/components/copy-field";
import { EnvironmentBadge } from "@/components/environment-badge";
import { KeyValue } from "@/components/key-value";
import { Timestamp } from "@/components/timestamp";
import { Sheet, SheetContent } from "@/components/ui/sheet";
import type { TelemetryEventView } from "@/contracts/telemetry";
import { FlagsCell, LicenseCell } from "./telemetry-columns";

const NONE = <span className="text-ink-3">None</span>;

/** Everything about one event, with what the app sent along. */
export function EventSheet({ event, onClose }: { event: TelemetryEventView; onClose: () => void }) {
  return (
    <Sheet open onOpenChange={(open) => !open && onClose()}>
      <SheetContent title={<span className="mono">{event.type}</span>} className="sm:w-[520px]">
        <div className="space-y-4 p-4">
          <KeyValue
            items={[
              {
                label: "Flags",
                value: (
                  <div className="-my-1">
                    <FlagsCell event={event} />
                  </div>
                ),
              },
              { label: "Environment", value: <EnvironmentBadge value={event.environment} /> },
              { label: "Product", value: event.product ?? NONE },
              { label: "Version", value: event.version ?? NONE },
              { label: "Licence", value: <LicenseCell event={event} /> },
              {
                label: "Device",
                value: event.identifier ? <CopyField value={event.identifier} label="device" /> : NONE,
              },
              { label: "Received", value: <Timestamp value={event.receivedAt} /> },
              { label: "Happened", value: <Timestamp value={event.at} /> },
              { label: "Id", value: <CopyField value={event.id} label="event id" /> },
            ]}
          />
          <section aria-labelledby="event-payload">
            <h3 id="event-payload" className="mb-2 font-medium">
              Payload
            </h3>
            {Object.keys(event.data).length === 0 ? (
              <p className="text-ink-2">The app sent nothing along.</p>
            ) : (
              <CodeBlock text={JSON.stringify(event.data, null, 2)} copyLabel="Copy payload" />
            )}
          </section>
        </div>
      </SheetContent>
    </Sheet>
  );
}
