"use client";

import { Link } from "@/components/link";
import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import { count } from "@/lib/words";
import { trpc } from "@/trpc/client";
import { keyEndpointsInput } from "./key-endpoints";

/** As many are counted. */
const COUNTED = 100;

/** What works and in which a key lives on: other keys, and the webhook endpoints that it or these have set up. */
export interface Made {
  works: { keys: number; areMoreKeys: boolean; endpoints: number };
  keysHref: string;
  endpointsHref: string;
}

/** Which key; of a deleted one there is no more. */
export interface MadeOf {
  id: Id<"key">;
  environment: Environment;
}

/**
 * Asked by the id alone, so that a deleted key leads to what it has made as well.
 * @returns null: not known yet, or nothing of that works
 */
export function useMade({ id, environment: env }: MadeOf): Made | null {
  const keys = trpc.keys.list.useQuery({ madeBy: id, statuses: ["active"], limit: COUNTED }).data;
  const endpoints = trpc.webhooks.list.useQuery(keyEndpointsInput(id)).data;
  if (!keys || !endpoints) return null;
  const works = {
    keys: keys.data.length,
    areMoreKeys: keys.nextCursor !== null,
    endpoints: endpoints.data.filter(({ disabledAt }) => disabledAt === null).length,
  };
  if (works.keys + works.endpoints === 0) return null;
  return {
    works,
    keysHref: `/api-keys?${new URLSearchParams({ madeBy: id, env })}`,
    endpointsHref: `/webhooks?${new URLSearchParams({ setUpByKey: id, env })}`,
  };
}

interface MadeLinksProps {
  made: Made;
  /** Closes the dialog that they stand in. */
  onFollow?: () => void;
}

/** The way to the keys and the endpoints. */
export function MadeLinks({ made: { works, keysHref, endpointsHref }, onFollow }: MadeLinksProps) {
  const className = "text-accent hover:underline";
  return (
    <span className="inline-flex flex-wrap gap-x-3">
      {works.keys > 0 && (
        <Link href={keysHref} onClick={onFollow} className={className}>
          Look at the keys
        </Link>
      )}
      {works.endpoints > 0 && (
        <Link href={endpointsHref} onClick={onFollow} className={className}>
          Look at the endpoints
        </Link>
      )}
    </span>
  );
}

/** The amounts, each with its noun: "1 active key", "more than 100 active keys". */
export function madeAmounts({ keys, areMoreKeys, endpoints }: Made["works"]) {
  return {
    ofKeys: areMoreKeys ? `more than ${count(keys, "active key")}` : count(keys, "active key"),
    ofEndpoints: count(endpoints, "webhook endpoint"),
  };
}

/** What works of a key, as it goes on in a sentence. */
export function whatWorks(works: Made["works"]): string {
  const { ofKeys, ofEndpoints } = madeAmounts(works);
  if (works.endpoints === 0) return `${ofKeys} that it made, or has had the secret of`;
  if (works.keys === 0) return `${ofEndpoints} that it set up, or has had the secret of`;
  return `${ofKeys} that it made, or has had the secret of, and ${ofEndpoints} that it or they set up`;
}
