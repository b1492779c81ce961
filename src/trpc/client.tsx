"use client";

import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { httpBatchLink } from "@trpc/client";
import { createTRPCReact } from "@trpc/react-query";
import { type ReactNode, useState } from "react";
import { MAX_BATCH_SIZE } from "@/contracts/bounds";
import { UNATTENDED_HEADER } from "@/contracts/headers";
import type { AppRouter } from "@/server/trpc/router";
import { isUnattended, useAttendance } from "./attendance";
import { confirmAndRepeat } from "./confirmation";
import { keepKeysOutOfAddresses } from "./keep-keys-out-of-addresses";
import { createQueryClient } from "./query-client";

/** Typed hooks for every procedure. */
export const trpc = createTRPCReact<AppRouter>();

/** A batch whose address would be longer is sent in parts: servers and proxies refuse headers that are too large. */
const MAX_URL_LENGTH = 4_096;

let browserClient: QueryClient | undefined;

function queryClient(): QueryClient {
  // On the server one per request: a shared one would show one administrator's rows to another.
  if (typeof window === "undefined") return createQueryClient();
  // In the browser one for good: React may throw a first render away, and the cache with it.
  browserClient ??= createQueryClient();
  return browserClient;
}

/** Makes the procedures and their cache available to the pages below. */
export function TrpcProvider({ children }: { children: ReactNode }) {
  const client = queryClient();
  useAttendance();
  const [trpcClient] = useState(() =>
    trpc.createClient({
      links: [
        keepKeysOutOfAddresses,
        confirmAndRepeat,
        httpBatchLink({
          url: "/api/trpc",
          maxItems: MAX_BATCH_SIZE,
          maxURLLength: MAX_URL_LENGTH,
          headers: () => (isUnattended() ? { [UNATTENDED_HEADER]: "1" } : {}),
        }),
      ],
    }),
  );
  return (
    <trpc.Provider client={trpcClient} queryClient={client}>
      <QueryClientProvider client={client}>{children}</QueryClientProvider>
    </trpc.Provider>
  );
}
