"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { useId, useState } from "react";
import { ErrorNotice } from "@/components/error-notice";
import { SearchInput } from "@/components/search-input";
import { ENVIRONMENT_DETAILS, type Environment } from "@/contracts/environments";
import { keepFromSubmitting } from "@/lib/keep-from-submitting";
import { trpc } from "@/trpc/client";
import type { OwnerChoice } from "./license-form-values";

const SHOWN = 20;

interface OwnerPickerProps {
  environment: Environment;
  chosen: OwnerChoice | null;
  onChange: (customer: OwnerChoice) => void;
}

/** One customer of an environment to choose, found by the server. The chosen one stays in sight whatever is searched. */
export function OwnerPicker({ environment, chosen, onChange }: OwnerPickerProps) {
  const name = useId();
  const [search, setSearch] = useState("");
  const found = trpc.customers.list.useQuery(
    { search, environment, limit: SHOWN },
    { placeholderData: keepPreviousData },
  );
  const others = (found.data?.data ?? []).filter(({ id }) => id !== chosen?.id);
  const offered: OwnerChoice[] = chosen ? [chosen, ...others] : others;
  return (
    <fieldset
      aria-label="Customers to choose from"
      onKeyDown={keepFromSubmitting}
      className="mt-2 rounded-lg border p-2"
    >
      <SearchInput label="Find by e-mail or name" value={search} onChange={setSearch} className="sm:w-full" />
      <div className="mt-2 h-28 overflow-y-auto" aria-busy={found.isFetching}>
        {found.error && <ErrorNotice error={found.error} onRetry={() => found.refetch()} />}
        {offered.map(({ id, email }) => (
          <label
            key={id}
            className="flex min-h-8 items-center gap-2.5 rounded-md px-2 text-sm hover:bg-idle-soft"
          >
            <input
              type="radio"
              name={name}
              checked={chosen?.id === id}
              onChange={() => onChange({ id, email })}
              className="size-4 shrink-0 accent-accent"
            />
            <span className="truncate">{email}</span>
          </label>
        ))}
        {found.data && others.length === 0 && (!chosen || search !== "") && (
          <p className="px-2 py-1.5 text-ink-2 text-sm">
            {search === ""
              ? `${ENVIRONMENT_DETAILS[environment].label} has no customers yet.`
              : `No other customer of ${ENVIRONMENT_DETAILS[environment].label} matches “${search}”.`}
          </p>
        )}
        {found.data?.nextCursor && (
          <p className="px-2 py-1.5 text-ink-3 text-xs">Type to narrow the list: there are more.</p>
        )}
      </div>
    </fieldset>
  );
}
