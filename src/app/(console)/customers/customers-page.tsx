"use client";

import { Upload } from "lucide-react";
import { useState } from "react";
import { useEnvironment } from "@/components/environment-context";
import { useSession } from "@/components/session-context";
import { Button } from "@/components/ui/button";
import type { JobView } from "@/contracts/jobs";
import { roleAllows } from "@/contracts/roles";
import { CustomersScreen } from "@/features/customers/customers-screen";
import { ImportCustomers } from "@/features/customers/import/import-customers-dialog";
import { useRefreshCustomers } from "@/features/customers/use-refresh-customers";
import { StartedJob } from "@/features/jobs/started-job";
import { useListQuery } from "@/lib/use-list-query";
import { useOpenFromUrl } from "@/lib/use-open-from-url";
import { customerListInput, customerListParsers } from "./search-params";

/** Joins the list of customers to the address bar, with the import and the job that it started. */
export function CustomersPage() {
  const environment = useEnvironment();
  const { admin } = useSession();
  const [state, change] = useListQuery(customerListParsers);
  const [importing, setImporting] = useOpenFromUrl("import");
  const [job, setJob] = useState<JobView | null>(null);
  const refresh = useRefreshCustomers();
  const mayImport = roleAllows(admin.role, "jobs:write") && roleAllows(admin.role, "customers:write");
  return (
    <>
      <CustomersScreen
        input={customerListInput(state, environment)}
        onChange={change}
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
      {mayImport && (
        <ImportCustomers
          open={importing}
          onOpenChange={setImporting}
          environment={environment}
          onStarted={setJob}
        />
      )}
    </>
  );
}
