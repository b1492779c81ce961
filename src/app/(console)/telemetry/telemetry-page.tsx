"use client";

import { Download } from "lucide-react";
import { useState } from "react";
import { onDemand } from "@/components/on-demand";
import { useMay } from "@/components/session-context";
import { Button } from "@/components/ui/button";
import type { JobView } from "@/contracts/jobs";
import { StartedJob } from "@/features/jobs/started-job";
import { telemetryExport, telemetryExportText } from "@/features/telemetry/telemetry-list-state";
import { TelemetryScreen, useTelemetryList } from "@/features/telemetry/telemetry-screen";

const ExportDialog = onDemand(() =>
  import("@/features/jobs/export-dialog").then((module) => module.ExportDialog),
);

/**
 * What apps report, with the export and the job that it started.
 * @param today the UTC day on which the server drew the page
 */
export function TelemetryPage({ today }: { today: string }) {
  const list = useTelemetryList();
  const [exporting, setExporting] = useState(false);
  const [job, setJob] = useState<JobView | null>(null);
  const mayExport = useMay("jobs:write");
  return (
    <>
      <TelemetryScreen
        list={list}
        today={today}
        actions={
          mayExport && (
            <Button onClick={() => setExporting(true)}>
              <Download aria-hidden />
              Export
            </Button>
          )
        }
        banner={job && <StartedJob key={job.id} job={job} onDismiss={() => setJob(null)} />}
      />
      {exporting && (
        <ExportDialog
          title="Export telemetry"
          job={() => telemetryExport(list, today, new Date())}
          environment={list.environment}
          onStarted={setJob}
          onClose={() => setExporting(false)}
        >
          <p className="text-sm">{telemetryExportText(list, today)}</p>
        </ExportDialog>
      )}
    </>
  );
}
