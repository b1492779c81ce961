"use client";

import { useQueryState, useQueryStates } from "nuqs";
import { useEffect, useState } from "react";
import { useEnvironment } from "@/components/environment-context";
import { PageHeader } from "@/components/page-header";
import { Button } from "@/components/ui/button";
import { roleAllows } from "@/contracts/roles";
import { CustomerFilter } from "@/features/customers/customer-filter";
import { CreateKey } from "@/features/keys/form/create-key";
import { KeyList } from "@/features/keys/list/key-list";
import type { KeyListQuery } from "@/features/keys/list/key-list-query";
import { useRole } from "@/features/keys/use-role";
import { KeysTabs } from "./keys-tabs";
import { keyListParsers, openFormParser } from "./search-params";

/** The list with its state in the address bar, and the form above it. */
export function KeysScreen() {
  const environment = useEnvironment();
  const [query, change] = useKeyListQuery(environment);
  const [formOpen, setFormOpen] = useFormOpen();
  const mayCreate = roleAllows(useRole(), "keys:manage");
  const create = () => setFormOpen(true);
  return (
    <>
      <PageHeader
        title="API Keys"
        sub="Credentials for applications, scripts and integrations. Each works in one environment only."
        actions={
          mayCreate && (
            <Button variant="primary" onClick={create}>
              Create API Key
            </Button>
          )
        }
      />
      <KeysTabs />
      <KeyList
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
        onCreate={create}
      />
      {mayCreate && (
        <CreateKey
          open={formOpen}
          onOpenChange={setFormOpen}
          // Where nothing says otherwise, the environment in which a hasty click does the least harm.
          environment={environment ?? "development"}
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

/** The list's query. A cursor is a position in one list only, so every change but paging goes back to the first page. */
function useKeyListQuery(environment: string | null) {
  const [query, setQuery] = useQueryStates(keyListParsers);
  const [cursorsEnvironment, setCursorsEnvironment] = useState(environment);
  const moved = environment !== cursorsEnvironment;
  useEffect(() => {
    if (!moved) return;
    void setQuery({ cursor: null });
    setCursorsEnvironment(environment);
  }, [moved, environment, setQuery]);
  const change = (patch: Partial<KeyListQuery>) => {
    // Pages are places to come back to; the steps of narrowing a list are not.
    const history = patch.cursor === undefined ? "replace" : "push";
    void setQuery({ cursor: null, ...patch }, { history });
  };
  const shown: KeyListQuery = moved ? { ...query, cursor: null } : query;
  return [shown, change] as const;
}
