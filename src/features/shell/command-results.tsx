"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { BadgeCheck, KeyRound, Logs, Users } from "lucide-react";
import { EnvironmentBadge } from "@/components/environment-badge";
import { CommandGroup, CommandItem } from "@/components/ui/command";
import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import { requestRowName } from "@/contracts/request-queries";
import { idSchema } from "@/contracts/schemas/ids";
import { trpc } from "@/trpc/client";

const SHOWN = 5;

interface CommandResultsProps {
  search: string;
  environment: Environment | null;
  onOpen: (path: string) => () => void;
}

const requestIdSchema = idSchema("req");

/** Keys, customers and licences that match what was typed, or the call whose request id it is. */
export function CommandResults(props: CommandResultsProps) {
  const request = requestIdSchema.safeParse(props.search).data;
  return request ? <FoundCalls requestId={request} onOpen={props.onOpen} /> : <FoundRecords {...props} />;
}

interface FoundCallsProps {
  requestId: Id<"req">;
  onOpen: CommandResultsProps["onOpen"];
}

/** Calls of a pasted request id; several where a caller sent one traceparent more than once. */
function FoundCalls({ requestId, onOpen }: FoundCallsProps) {
  const calls = trpc.requests.list.useQuery({ requestId, limit: 10 });
  return (
    <>
      {calls.data && calls.data.data.length > 0 && (
        <CommandGroup heading="Open request">
          {calls.data.data.map((call) => (
            <CommandItem
              key={call.rowId}
              value={call.rowId}
              onSelect={onOpen(`/logs?requestId=${requestId}&row=${requestRowName(call)}&env=all`)}
            >
              <Logs aria-hidden />
              <span className="mono truncate">
                {call.status} {call.method} {call.path}
              </span>
              <EnvironmentOf value={call.environment} />
            </CommandItem>
          ))}
        </CommandGroup>
      )}
      <p role="status" className="px-2 py-1 text-ink-3 text-xs">
        {calls.error
          ? "The search failed. Type again to retry."
          : calls.isPending
            ? "Searching…"
            : calls.data.data.length === 0 && "No call with this request id is in the log."}
      </p>
    </>
  );
}

function FoundRecords({ search, environment, onOpen }: CommandResultsProps) {
  const input = { search, environment, limit: 10 } as const;
  const keys = trpc.keys.list.useQuery(input, { placeholderData: keepPreviousData });
  const customers = trpc.customers.list.useQuery(input, { placeholderData: keepPreviousData });
  const licenses = trpc.licenses.list.useQuery(input, { placeholderData: keepPreviousData });
  const keyRows = keys.data?.data.slice(0, SHOWN) ?? [];
  const customerRows = customers.data?.data.slice(0, SHOWN) ?? [];
  const licenseRows = licenses.data?.data.slice(0, SHOWN) ?? [];
  const status = statusText({
    failed: Boolean(keys.error ?? customers.error ?? licenses.error),
    searching: keys.isFetching || customers.isFetching || licenses.isFetching,
    found: keyRows.length + customerRows.length + licenseRows.length,
  });
  return (
    <>
      {keyRows.length > 0 && (
        <CommandGroup heading="API keys">
          {keyRows.map((key) => (
            <CommandItem key={key.id} value={key.id} onSelect={onOpen(`/api-keys/${key.id}`)}>
              <KeyRound aria-hidden />
              <span className="truncate">{key.name}</span>
              <span className="mono hidden text-ink-3 sm:inline">{key.maskedKey}</span>
              <EnvironmentOf value={key.environment} />
            </CommandItem>
          ))}
        </CommandGroup>
      )}
      {customerRows.length > 0 && (
        <CommandGroup heading="Customers">
          {customerRows.map((customer) => (
            <CommandItem key={customer.id} value={customer.id} onSelect={onOpen(`/customers/${customer.id}`)}>
              <Users aria-hidden />
              <span className="truncate">{customer.email}</span>
              {customer.name && <span className="hidden truncate text-ink-3 sm:inline">{customer.name}</span>}
              <EnvironmentOf value={customer.environment} />
            </CommandItem>
          ))}
        </CommandGroup>
      )}
      {licenseRows.length > 0 && (
        <CommandGroup heading="Licences">
          {licenseRows.map((license) => (
            <CommandItem key={license.id} value={license.id} onSelect={onOpen(`/licenses/${license.id}`)}>
              <BadgeCheck aria-hidden />
              <span className="truncate">{license.product}</span>
              <span className="mono hidden truncate text-ink-3 sm:inline">{license.key}</span>
              <EnvironmentOf value={license.environment} />
            </CommandItem>
          ))}
        </CommandGroup>
      )}
      <p role="status" className="px-2 py-1 text-ink-3 text-xs">
        {status}
      </p>
    </>
  );
}

function statusText({
  failed,
  searching,
  found,
}: {
  failed: boolean;
  searching: boolean;
  found: number;
}): string {
  if (failed) return "The search failed. Type again to retry.";
  if (searching) return "Searching…";
  return found === 0 ? "No key, customer or licence matches." : "";
}

function EnvironmentOf({ value }: { value: Environment }) {
  return <EnvironmentBadge value={value} className="ml-auto pl-2" />;
}
