"use client";

import { Upload } from "lucide-react";
import { useState } from "react";
import { useEnvironment } from "@/components/environment-context";
import { onDemand } from "@/components/on-demand";
import { useSession } from "@/components/session-context";
import { Button } from "@/components/ui/button";
import type { JobView } from "@/contracts/jobs";
import { allows } from "@/contracts/roles";
import { CustomersScreen } from "@/features/customers/customers-screen";
import { StartedJob } from "@/features/jobs/started-job";
import { useOpenFromUrl } from "@/lib/use-open-from-url";
import { useRefresh } from "@/trpc/use-refresh";

const ImportCustomersDialog = onDemand(() =>
  import("@/features/customers/import/import-customers-dialog").then(
    (module) => module.ImportCustomersDialog,
  ),
);

/** The list of customers, with the import and the job that it started. */
export function CustomersPage() {
  const environment = useEnvironment();
  const { admin } = useSession();
  const [importing, setImporting] = useOpenFromUrl("import");
  const [job, setJob] = useState<JobView | null>(null);
  const refresh = useRefresh("customers");
  const mayImport = allows(admin, "jobs:write") && allows(admin, "customers:write");
  return (
    <>
      <CustomersScreen
        actions={
          mayImport && (
            <Button onClick={() => setImporting(true)}>
              <Upload aria-hidden />
              Import customers
            </Button>
          )
        }
        banner={job && <StartedJob key={job.id} job={job} onEnded={refresh} onDismiss={() => setJob(null)} />}
      />
      {mayImport && importing && (
        <ImportCustomersDialog
          environment={environment}
          onStarted={setJob}
          onClose={() => setImporting(false)}
        />
      )}
    </>
  );
}
