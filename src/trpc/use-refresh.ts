"use client";

import { type Query, type QueryClient, useQueryClient } from "@tanstack/react-query";
import type { inferRouterInputs } from "@trpc/server";
import { useCallback } from "react";
import type { AppRouter } from "@/server/trpc/router";

type RouterName = keyof inferRouterInputs<AppRouter>;

/** Which other pages show something of a noun. All show it in the audit and on the overview. */
const ALSO_SHOWN_BY = {
  // Invitations end with the owner who made them.
  admins: ["invitations"],
  // What is approved changes a key, or makes one.
  approvals: ["findings", "keys", "usage"],
  // Both name the customers that they belong to.
  customers: ["keys", "licenses"],
  findings: [],
  invitations: [],
  jobs: [],
  // With a key the endpoints that it set up may be disabled.
  keys: ["findings", "policies", "usage", "webhooks"],
  // Customers may be made along with a licence; events link to the licence while there is one.
  licenses: ["customers", "telemetry"],
  // A second factor, whose recovery codes come and go with them.
  passkeys: ["profile"],
  permissions: ["keys", "usage"],
  // What is outside of a policy is a finding, once maintenance has looked.
  policies: ["findings"],
  notices: [],
  profile: [],
  settings: [],
  webhooks: [],
} as const satisfies Partial<Record<RouterName, readonly RouterName[]>>;

export type ChangedNoun = keyof typeof ALSO_SHOWN_BY;

function routersOf(noun: ChangedNoun): readonly RouterName[] {
  return [noun, ...ALSO_SHOWN_BY[noun], "audit", "overview"];
}

/** The parts of the key that tRPC gives a query: `[["keys", "get"], { input: { id: "key_…" }, type: "query" }]`. */
function askedBy({ queryKey }: Query): { router: string | undefined; input: object } {
  const [path, options] = queryKey as [string[]?, { input?: unknown }?];
  const input = options?.input;
  return { router: path?.[0], input: typeof input === "object" && input !== null ? input : {} };
}

/** After something was done to a noun: everything that shows it is asked for again. */
export function refresh(client: QueryClient, noun: ChangedNoun): void {
  const routers = new Set<string | undefined>(routersOf(noun));
  void client.invalidateQueries({ predicate: (query) => routers.has(askedBy(query).router) });
}

/**
 * After a record was deleted: everything else that shows its noun is asked for again. What was asked by the record's id is
 * forgotten: the server would answer that there is no such record, and the page that is about to be left would say so.
 * Its history stays, so the audit is asked.
 */
export function refreshWithout(client: QueryClient, noun: ChangedNoun, id: string): void {
  const routers = new Set<string | undefined>(routersOf(noun));
  const isOwn = (query: Query) => {
    const { router, input } = askedBy(query);
    return router !== "audit" && Object.values(input).includes(id);
  };
  void client.invalidateQueries({
    predicate: (query) => routers.has(askedBy(query).router) && !isOwn(query),
  });
  client.removeQueries({ predicate: isOwn, type: "inactive" });
  // What is in sight would ask at once if it were removed; so it asks when somebody comes back to it.
  void client.invalidateQueries({ predicate: isOwn, refetchType: "none" });
}

/** {@link refresh} of a noun, for the components that change it. */
export function useRefresh(noun: ChangedNoun): () => void {
  const client = useQueryClient();
  return useCallback(() => refresh(client, noun), [client, noun]);
}

/** {@link refreshWithout}, for the dialogs that delete a record of the noun. */
export function useRefreshWithout(noun: ChangedNoun): (id: string) => void {
  const client = useQueryClient();
  return useCallback((id) => refreshWithout(client, noun, id), [client, noun]);
}
