"use client";

import { Plus } from "lucide-react";
import { useQueryState, useQueryStates } from "nuqs";
import { useEffect, useState } from "react";
import { useEnvironment } from "@/components/environment-context";
import { PageHeader } from "@/components/page-header";
import { useSession } from "@/components/session-context";
import { Button } from "@/components/ui/button";
import { roleAllows } from "@/contracts/roles";
import { CustomerFilter } from "@/features/customers/customer-filter";
import { CreateLicense } from "@/features/licenses/form/create-license-dialog";
import { LicenseList } from "@/features/licenses/list/license-list";
import type { LicenseListQuery } from "@/features/licenses/list/license-list-query";
import { LICENSES_HEADING } from "@/features/licenses/list/license-list-skeleton";
import { licenseListParsers, openFormParser } from "./search-params";

/** The list with its state in the address bar, and the form above it. */
export function LicensesPage() {
  const environment = useEnvironment();
  const { admin, deployment } = useSession();
  const [query, setQuery] = useQueryStates(licenseListParsers);
  const [formOpen, setFormOpen] = useFormOpen();
  const mayCreate = roleAllows(admin.role, "licenses:manage");
  const create = () => setFormOpen(true);
  const change = (patch: Partial<LicenseListQuery>) => {
    // Pages are places to come back to; the steps of narrowing a list are not. A cursor is a position in one list only.
    const history = patch.cursor === undefined ? "replace" : "push";
    void setQuery({ cursor: null, ...patch }, { history });
  };
  return (
    <>
      <PageHeader
        {...LICENSES_HEADING}
        actions={
          mayCreate && (
            <Button variant="primary" onClick={create}>
              <Plus aria-hidden />
              Create licence
            </Button>
          )
        }
      />
      <LicenseList
        query={query}
        environment={environment}
        customerFilter={
          <CustomerFilter
            value={query.customer}
            environment={environment}
            onChange={(customer) => change({ customer })}
          />
        }
        onChange={change}
        onCreate={mayCreate ? create : null}
      />
      {mayCreate && (
        <CreateLicense
          open={formOpen}
          onOpenChange={setFormOpen}
          environment={environment ?? deployment.apiEnvironment}
        />
      )}
    </>
  );
}

/**
 * Whether the form is open. `?create=1` opens it and is taken out of the address at once: left in, it would open the form
 * again when somebody reloads the page or steps back to it.
 */
function useFormOpen() {
  const [asked, setAsked] = useQueryState("create", openFormParser);
  const [open, setOpen] = useState(false);
  useEffect(() => {
    if (asked === null) return;
    setOpen(true);
    void setAsked(null);
  }, [asked, setAsked]);
  return [open, setOpen] as const;
}
