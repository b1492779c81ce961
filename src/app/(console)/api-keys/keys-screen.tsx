"use client";

import { useEnvironment } from "@/components/environment-context";
import { PageHeader } from "@/components/page-header";
import { useAskWhoseKey } from "@/components/pasted-key-context";
import { Button } from "@/components/ui/button";
import { roleAllows } from "@/contracts/roles";
import { CustomerFilter } from "@/features/customers/customer-filter";
import { CreateKey } from "@/features/keys/form/create-key";
import { KeyList } from "@/features/keys/list/key-list";
import { KEYS_HEADING } from "@/features/keys/list/key-list-skeleton";
import { useRole } from "@/features/keys/use-role";
import { useListQuery } from "@/lib/use-list-query";
import { useOpenFromUrl } from "@/lib/use-open-from-url";
import { KeysTabs } from "./keys-tabs";
import { keyListParsers } from "./search-params";

/** The list with its state in the address bar, and the form above it. */
export function KeysScreen() {
  const environment = useEnvironment();
  const [query, change] = useListQuery(keyListParsers);
  const [formOpen, setFormOpen] = useOpenFromUrl("create");
  const mayCreate = roleAllows(useRole(), "keys:manage");
  const askWhoseKey = useAskWhoseKey();
  const create = () => setFormOpen(true);
  return (
    <>
      <PageHeader
        {...KEYS_HEADING}
        actions={
          <>
            <Button onClick={askWhoseKey}>Whose key is this?</Button>
            {mayCreate && (
              <Button variant="primary" onClick={create}>
                Create API Key
              </Button>
            )}
          </>
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
      {mayCreate && <CreateKey open={formOpen} onOpenChange={setFormOpen} environment={environment} />}
    </>
  );
}
