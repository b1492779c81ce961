"use client";

import { Download, Layers, Plus } from "lucide-react";
import { useState } from "react";
import { onDemand } from "@/components/on-demand";
import { PageHeader } from "@/components/page-header";
import { useSession } from "@/components/session-context";
import { Button } from "@/components/ui/button";
import type { JobView } from "@/contracts/jobs";
import { allows } from "@/contracts/roles";
import { CustomerFilter } from "@/features/customers/customer-filter";
import { StartedJob } from "@/features/jobs/started-job";
import { licenseList } from "@/features/licenses/license-list-state";
import { LicenseExportContents, licenseExport } from "@/features/licenses/list/license-export";
import { LICENSES_HEADING, LicenseList } from "@/features/licenses/list/license-list";
import { useListState } from "@/lib/use-list-state";
import { useOpenFromUrl } from "@/lib/use-open-from-url";
import { useRefresh } from "@/trpc/use-refresh";

const ExportDialog = onDemand(() =>
  import("@/features/jobs/export-dialog").then((module) => module.ExportDialog),
);
const CreateLicenseDialog = onDemand(() =>
  import("@/features/licenses/form/create-license-dialog").then((module) => module.CreateLicenseDialog),
);
const GenerateLicensesDialog = onDemand(() =>
  import("@/features/licenses/form/generate-licenses-dialog").then((module) => module.GenerateLicensesDialog),
);

/** The list, the forms above it, and the job that was started last. */
export function LicensesPage() {
  const { admin } = useSession();
  const list = useListState(licenseList);
  const { environment } = list;
  const [creating, setCreating] = useOpenFromUrl("create");
  const [generating, setGenerating] = useOpenFromUrl("generate");
  const [exporting, setExporting] = useState(false);
  const [job, setJob] = useState<JobView | null>(null);
  const refresh = useRefresh("licenses");
  const mayCreate = allows(admin, "licenses:manage");
  const mayStart = allows(admin, "jobs:write");
  return (
    <>
      <PageHeader
        {...LICENSES_HEADING}
        actions={
          <>
            {mayStart && (
              <Button onClick={() => setExporting(true)}>
                <Download aria-hidden />
                Export
              </Button>
            )}
            {mayStart && mayCreate && (
              <Button onClick={() => setGenerating(true)}>
                <Layers aria-hidden />
                Generate licences
              </Button>
            )}
            {mayCreate && (
              <Button variant="primary" onClick={() => setCreating(true)}>
                <Plus aria-hidden />
                Create licence
              </Button>
            )}
          </>
        }
      />
      {job && <StartedJob key={job.id} job={job} onEnded={refresh} onDismiss={() => setJob(null)} />}
      <LicenseList
        list={list}
        customerFilter={<CustomerFilter list={list} />}
        onCreate={mayCreate ? () => setCreating(true) : null}
      />
      {mayCreate && creating && (
        <CreateLicenseDialog environment={environment} onClose={() => setCreating(false)} />
      )}
      {mayStart && mayCreate && generating && (
        <GenerateLicensesDialog
          environment={environment}
          onStarted={setJob}
          onClose={() => setGenerating(false)}
        />
      )}
      {exporting && (
        <ExportDialog
          title="Export licences"
          job={() => licenseExport(list)}
          environment={environment}
          onStarted={setJob}
          onClose={() => setExporting(false)}
        >
          <LicenseExportContents list={list} />
        </ExportDialog>
      )}
    </>
  );
}
