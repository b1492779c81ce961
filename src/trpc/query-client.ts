import {
  defaultShouldDehydrateQuery,
  notifyManager,
  onlineManager,
  QueryClient,
} from "@tanstack/react-query";
import { TRPCClientError } from "@trpc/client";

const STALE_AFTER_MS = 10_000;
const CLIENT_FAULTS = 500;

// Before the next event, not in some later task: the second press of a double click must find the first one's work under
// way, or "Create key" makes two keys, of which one has a secret that nobody has seen.
notifyManager.setScheduler(queueMicrotask);

/**
 * One set of defaults for both sides. A refusal is an answer, not an accident: it is not tried again. And nothing waits
 * for a network, so that its lack is told at once: a change that waited would be made by itself much later, by a form
 * long closed; a page would wait as if the server were slow. What a change was made with, and what came back, is forgotten
 * with the component that made it: it may be a password, or the secret of a key.
 * @param retries false on the server: a page that is being drawn waits for no second try, which the browser makes if it has to
 */
export function createQueryClient({ retries = true } = {}): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: STALE_AFTER_MS,
        retry: (failures, error) => retries && failures < 2 && !isRefusal(error) && onlineManager.isOnline(),
        networkMode: "always",
        // Not by itself in this mode.
        refetchOnReconnect: true,
      },
      mutations: { networkMode: "always", gcTime: 0 },
      dehydrate: {
        // Queries still running are sent as promises, so that the page streams instead of waiting.
        shouldDehydrateQuery: (query) =>
          defaultShouldDehydrateQuery(query) || query.state.status === "pending",
      },
    },
  });
}

function isRefusal(error: unknown): boolean {
  if (!(error instanceof TRPCClientError)) return false;
  const status: unknown = error.data?.httpStatus;
  return typeof status === "number" && status < CLIENT_FAULTS;
}
