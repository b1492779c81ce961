"use client";

import { FilterPopover } from "@/components/filter-popover";
import { Link } from "@/components/link";
import type { Id } from "@/contracts/ids";
import { trpc } from "@/trpc/client";
import type { WebhookListState } from "./webhook-list-state";

/** Its name; null where it was deleted, or is not known yet. */
function useKeyName(id: Id<"key">): string | null {
  return trpc.keys.get.useQuery({ id }).data?.name ?? null;
}

/** The key that has set an endpoint up, or was told its secret; it may be gone by now, and its page says so. */
export function KeyLink({ id }: { id: Id<"key"> }) {
  const name = useKeyName(id);
  return (
    <Link
      href={`/api-keys/${id}`}
      className={`inline-block break-all py-0.5 text-accent hover:underline ${name === null ? "mono" : ""}`}
    >
      {name ?? id}
    </Link>
  );
}

/** That the list is narrowed to what a key has set up, as that key's page leads to it. */
export function SetUpByKeyFilter({ list, id }: { list: WebhookListState; id: Id<"key"> }) {
  return (
    <FilterPopover
      label="Set up by key"
      chosen={useKeyName(id) ?? id}
      onClear={() => list.change({ setUpByKey: null })}
    >
      {() => (
        <p className="max-w-64 px-2 py-1.5 text-ink-2 text-sm">
          Endpoints that this key, or one that it made or has had the secret of, has set up, has given their
          URL or was told the signing secret of.
        </p>
      )}
    </FilterPopover>
  );
}
