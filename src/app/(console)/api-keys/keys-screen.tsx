"use client";

import { onDemand } from "@/components/on-demand";
import { PageHeader } from "@/components/page-header";
import { useAskWhoseKey } from "@/components/pasted-key-context";
import { useMay } from "@/components/session-context";
import { Button } from "@/components/ui/button";
import { CustomerFilter } from "@/features/customers/customer-filter";
import { WaitingNote } from "@/features/keys/approvals/waiting-note";
import { KEYS_HEADING, KeyList } from "@/features/keys/list/key-list";
import { keyList } from "@/features/keys/list/key-list-state";
import { useListState } from "@/lib/use-list-state";
import { useOpenFromUrl } from "@/lib/use-open-from-url";
import { KeysTabs } from "./keys-tabs";

const CreateKey = onDemand(() =>
  import("@/features/keys/form/create-key").then((module) => module.CreateKey),
);

/** The list of keys, and the form above it. */
export function KeysScreen() {
  const list = useListState(keyList);
  const [formOpen, setFormOpen] = useOpenFromUrl("create");
  const mayCreate = useMay("keys:manage");
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
      <WaitingNote />
      <KeyList list={list} customerFilter={<CustomerFilter list={list} />} onCreate={create} />
      {mayCreate && formOpen && (
        <CreateKey environment={list.environment} onClose={() => setFormOpen(false)} />
      )}
    </>
  );
}
