"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { type ReactNode, useMemo, useState } from "react";
import { FilterChip, type FilterOption, SingleFilterChip } from "@/components/filter-chip";
import { NothingYet } from "@/components/list-empty";
import { ListSkeleton } from "@/components/list-skeleton";
import { onDemand } from "@/components/on-demand";
import { PagedTable } from "@/components/paged-table";
import { SearchInput } from "@/components/search-input";
import { useMay } from "@/components/session-context";
import { Select } from "@/components/ui/select";
import { EXPIRY_FILTERS, KEY_SORTS, KEY_STATUSES, type KeyView, LAST_USE_FILTERS } from "@/contracts/keys";
import { whomToAsk } from "@/contracts/roles";
import { trpc } from "@/trpc/client";
import { useBulkRevoke } from "../actions/bulk-revoke";
import type { AskedAction } from "../key-abilities";
import { statusLabel } from "../key-status";
import { useOwnPermissions } from "../own-permissions";
import { offered, permissionLabel } from "../permission-groups";
import { keyColumns, narrowKeyColumns } from "./key-columns";
import type { KeyListState } from "./key-list-state";
import { MadeByFilter, OwnerFilter, TagFilter } from "./label-filters";

const KeyActionDialogs = onDemand(() =>
  import("../actions/key-action-dialogs").then((module) => module.KeyActionDialogs),
);

/** The head of the list's page. */
export const KEYS_HEADING = {
  title: "API Keys",
  sub: "Credentials for applications, scripts and integrations. Each works in one environment only.",
};

interface KeyListProps {
  list: KeyListState;
  /** Narrows the list to keys scoped to one customer. Belongs to customers, so the page hands it in. */
  customerFilter: ReactNode;
  onCreate: () => void;
}

const NONE: KeyView[] = [];

/** Every key, or those that the filters let through, with what can be done to them. */
export function KeyList({ list, customerFilter, onCreate }: KeyListProps) {
  const { state, change } = list;
  const [asked, setAsked] = useState<AskedAction | null>(null);
  const mayManage = useMay("keys:manage");
  const page = trpc.keys.list.useQuery(list.input, { placeholderData: keepPreviousData });
  const bulk = useBulkRevoke(page.data?.data ?? NONE);
  const columns = useMemo(() => keyColumns(setAsked), []);
  const narrowColumns = useMemo(() => narrowKeyColumns(setAsked), []);
  return (
    <>
      <PagedTable
        label="API keys"
        columns={columns}
        narrowColumns={narrowColumns}
        list={list}
        page={page}
        noun="key"
        notAllowed="API keys"
        filters={<Filters list={list} customerFilter={customerFilter} />}
        order={
          <div className="w-44 pt-0.5">
            <Order list={list} />
          </div>
        }
        rowKey={(key) => key.id}
        rowHref={(key) => `/api-keys/${key.id}`}
        sort={{ id: state.sort, direction: state.direction }}
        onSort={({ id, direction }) => {
          const sort = KEY_SORTS.find((one) => one === id);
          if (sort) change({ sort, direction });
        }}
        empty={
          <NothingYet
            icon={KeyRound}
            nouns="API keys"
            environment={list.environment}
            create={
              mayManage
                ? {
                    label: "Create the first key",
                    text: "Create a key for an application, script or integration, and hand it over once.",
                    onClick: onCreate,
                  }
                : null
            }
            otherwise={`Your role does not create keys. Ask ${whomToAsk("keys:manage")}.`}
          />
        }
        selection={mayManage ? bulk.selection : undefined}
      />
      {asked && <KeyActionDialogs asked={asked} onClose={() => setAsked(null)} />}
      {bulk.dialog}
    </>
  );
}

const STATUS_OPTIONS = KEY_STATUSES.map((status) => ({ value: status, label: statusLabel(status) }));
const LAST_USE_OPTIONS = optionsOf(LAST_USE_FILTERS);
const EXPIRY_OPTIONS = optionsOf(EXPIRY_FILTERS);

function optionsOf<Value extends string>(filters: Record<Value, { label: string }>): FilterOption<Value>[] {
  return (Object.keys(filters) as Value[]).map((value) => ({ value, label: filters[value].label }));
}

function Filters({ list: { state, change }, customerFilter }: Pick<KeyListProps, "list" | "customerFilter">) {
  const own = useOwnPermissions();
  return (
    <>
      <SearchInput
        label="Search keys, owners, tags"
        value={state.search}
        onChange={(search) => change({ search })}
        // A little less than usual, so that search, chips and order share a line on a laptop.
        className="sm:w-60!"
      />
      <FilterChip
        label="Status"
        options={STATUS_OPTIONS}
        value={state.statuses}
        onChange={(statuses) => change({ statuses })}
      />
      <SingleFilterChip
        label="Permission"
        options={offered(own).map((value) => ({ value, label: permissionLabel(value, own) }))}
        value={state.permission}
        onChange={(permission) => change({ permission })}
      />
      {customerFilter}
      <OwnerFilter state={state} change={change} />
      <TagFilter state={state} change={change} />
      <MadeByFilter state={state} change={change} />
      <SingleFilterChip
        label="Last used"
        options={LAST_USE_OPTIONS}
        value={state.lastUse}
        onChange={(lastUse) => change({ lastUse })}
      />
      <SingleFilterChip
        label="Expiry"
        options={EXPIRY_OPTIONS}
        value={state.expiry}
        onChange={(expiry) => change({ expiry })}
      />
    </>
  );
}

type KeyOrder = Pick<KeyListState["state"], "sort" | "direction">;

/** Every order of the list, also those by what has no column of its own. */
const ORDERS = {
  "createdAt desc": { sort: "createdAt", direction: "desc", label: "Newest first" },
  "createdAt asc": { sort: "createdAt", direction: "asc", label: "Oldest first" },
  "name asc": { sort: "name", direction: "asc", label: "Name, A to Z" },
  "name desc": { sort: "name", direction: "desc", label: "Name, Z to A" },
  "lastUsedAt desc": { sort: "lastUsedAt", direction: "desc", label: "Last used, latest" },
  "lastUsedAt asc": { sort: "lastUsedAt", direction: "asc", label: "Last used, longest ago" },
  "expiresAt asc": { sort: "expiresAt", direction: "asc", label: "Expires, soonest" },
  "expiresAt desc": { sort: "expiresAt", direction: "desc", label: "Expires, latest" },
} as const satisfies Record<`${KeyOrder["sort"]} ${KeyOrder["direction"]}`, KeyOrder & { label: string }>;

const ORDER_OPTIONS = (Object.keys(ORDERS) as (keyof typeof ORDERS)[]).map((value) => ({
  value,
  label: ORDERS[value].label,
}));

/** Chooses the order of the list. The headings of the table do the same for their columns. */
function Order({ list: { state, change } }: { list: KeyListState }) {
  return (
    <Select
      aria-label="Sort"
      size="sm"
      value={`${state.sort} ${state.direction}` as const}
      onValueChange={(order) => change({ sort: ORDERS[order].sort, direction: ORDERS[order].direction })}
      options={ORDER_OPTIONS}
    />
  );
}

// Without rows nothing is ever asked for.
const SKELETON_COLUMNS = keyColumns(() => {});
const NARROW_SKELETON_COLUMNS = narrowKeyColumns(() => {});

/** Holds the place of the list while the server draws it. */
export function KeyListSkeleton({ tabs }: { tabs: ReactNode }) {
  return (
    <ListSkeleton
      heading={KEYS_HEADING}
      label="API keys"
      columns={SKELETON_COLUMNS}
      narrowColumns={NARROW_SKELETON_COLUMNS}
    >
      {tabs}
    </ListSkeleton>
  );
}
