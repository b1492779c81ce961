"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { type ReactNode, useMemo, useState } from "react";
import { NotAllowed, NothingMatches } from "@/components/list-empty";
import { PagedTable } from "@/components/paged-table";
import type { Environment } from "@/contracts/environments";
import { KEY_SORTS, type KeyView } from "@/contracts/keys";
import { roleAllows, whomToAsk } from "@/contracts/roles";
import { describeError } from "@/lib/errors";
import { useIsMobile } from "@/lib/use-is-mobile";
import { trpc } from "@/trpc/client";
import { KeyActionDialogs } from "../actions/key-action-dialogs";
import type { AskedAction } from "../key-abilities";
import { useRole } from "../use-role";
import { keyColumns, narrowKeyColumns } from "./key-columns";
import { KeyFilterBar } from "./key-filters";
import { NothingYet } from "./key-list-empty";
import { isNarrowed, type KeyListQuery, keyListInput, NO_FILTERS } from "./key-list-query";
import { useBulkRevoke } from "./use-bulk-revoke";

interface KeyListProps {
  query: KeyListQuery;
  environment: Environment | null;
  /** Narrows the list to keys scoped to one customer. */
  customerFilter: ReactNode;
  /** Changes part of the query. Whoever holds the query starts again at the first page, unless a cursor is given. */
  onChange: (patch: Partial<KeyListQuery>) => void;
  onCreate: () => void;
}

const NONE: KeyView[] = [];

/** Every key, or those that the filters let through, with what can be done to them. */
export function KeyList({ query, environment, customerFilter, onChange, onCreate }: KeyListProps) {
  const [asked, setAsked] = useState<AskedAction | null>(null);
  const mayManage = roleAllows(useRole(), "keys:manage");
  const list = trpc.keys.list.useQuery(keyListInput(query, environment), {
    placeholderData: keepPreviousData,
  });
  const rows = list.data?.data ?? NONE;
  const bulk = useBulkRevoke(rows);
  const narrow = useIsMobile();
  const columns = useMemo(() => (narrow ? narrowKeyColumns(setAsked) : keyColumns(setAsked)), [narrow]);
  if (describeError(list.error).code === "permission_denied") {
    return <NotAllowed nouns="API keys" ask={whomToAsk("team:manage")} />;
  }
  return (
    <>
      <KeyFilterBar
        query={query}
        customerFilter={customerFilter}
        clearable={rows.length > 0}
        onChange={onChange}
      />
      <PagedTable
        label="API keys"
        columns={columns}
        list={list}
        query={query}
        onChange={onChange}
        nouns="keys"
        rowKey={(key) => key.id}
        rowHref={(key) => `/api-keys/${key.id}`}
        sort={{ id: query.sort, direction: query.direction }}
        onSort={({ id, direction }) => {
          const sort = KEY_SORTS.find((one) => one === id);
          if (sort) onChange({ sort, direction });
        }}
        empty={<Empty query={query} environment={environment} onChange={onChange} onCreate={onCreate} />}
        selection={mayManage ? bulk.selection : undefined}
      />
      <KeyActionDialogs asked={asked} onClose={() => setAsked(null)} />
      {bulk.dialog}
    </>
  );
}

/** Why there are no rows: the filters let nothing through, or there is nothing yet. */
function Empty({ query, environment, onChange, onCreate }: Omit<KeyListProps, "customerFilter">) {
  if (isNarrowed(query))
    return <NothingMatches noun="key" onClear={() => onChange({ search: "", ...NO_FILTERS })} />;
  return <NothingYet environment={environment} onCreate={onCreate} />;
}
