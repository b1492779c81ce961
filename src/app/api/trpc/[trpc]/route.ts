import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { getPlatform } from "@/server/shared-platform";
import { createTrpcContext } from "@/server/trpc/context";
import { appRouter } from "@/server/trpc/router";

function handler(req: Request): Promise<Response> {
  return fetchRequestHandler({
    endpoint: "/api/trpc",
    req,
    router: appRouter,
    createContext: () => createTrpcContext(getPlatform(), req.headers),
  });
}

export { handler as GET, handler as POST };
