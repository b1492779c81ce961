"use client";

import { keepPreviousData } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { NotAllowed, NothingMatches } from "@/components/list-empty";
import { PagedTable } from "@/components/paged-table";
import type { Environment } from "@/contracts/environments";
import { whomToAsk } from "@/contracts/roles";
import { describeError } from "@/lib/errors";
import { useIsMobile } from "@/lib/use-is-mobile";
import { trpc } from "@/trpc/client";
import { LICENSE_COLUMNS, NARROW_LICENSE_COLUMNS } from "./license-columns";
import { LicenseFilterBar } from "./license-filters";
import { NothingYet } from "./license-list-empty";
import {
  isNarrowed,
  type LicenseListQuery,
  licenseListInput,
  NO_LICENSE_FILTERS,
} from "./license-list-query";

interface LicenseListProps {
  query: LicenseListQuery;
  environment: Environment | null;
  /** Narrows the list to one customer. */
  customerFilter: ReactNode;
  /** Changes part of the query. Whoever holds the query starts again at the first page, unless a cursor is given. */
  onChange: (patch: Partial<LicenseListQuery>) => void;
  /** Null where the role may not. */
  onCreate: (() => void) | null;
}

/** Every licence, or those that the filters let through, newest first. */
export function LicenseList({ query, environment, customerFilter, onChange, onCreate }: LicenseListProps) {
  const narrow = useIsMobile();
  const list = trpc.licenses.list.useQuery(licenseListInput(query, environment), {
    placeholderData: keepPreviousData,
  });
  const rows = list.data?.data ?? [];
  if (describeError(list.error).code === "permission_denied") {
    return <NotAllowed nouns="licences" ask={whomToAsk("team:manage")} />;
  }
  return (
    <>
      <LicenseFilterBar
        query={query}
        environment={environment}
        customerFilter={customerFilter}
        clearable={rows.length > 0}
        onChange={onChange}
      />
      <PagedTable
        label="Licences"
        columns={narrow ? NARROW_LICENSE_COLUMNS : LICENSE_COLUMNS}
        list={list}
        query={query}
        onChange={onChange}
        nouns="licences"
        rowKey={({ id }) => id}
        rowHref={({ id }) => `/licenses/${id}`}
        empty={<Empty query={query} environment={environment} onChange={onChange} onCreate={onCreate} />}
      />
    </>
  );
}

/** Why there are no rows: the filters let nothing through, or there is nothing yet. */
function Empty({ query, environment, onChange, onCreate }: Omit<LicenseListProps, "customerFilter">) {
  if (isNarrowed(query))
    return <NothingMatches noun="licence" onClear={() => onChange(NO_LICENSE_FILTERS)} />;
  return <NothingYet environment={environment} onCreate={onCreate} />;
}
