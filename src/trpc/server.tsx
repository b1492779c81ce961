import "server-only";

import { createHydrationHelpers } from "@trpc/react-query/rsc";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { PATH_HEADER } from "@/contracts/headers";
import type { ConsoleSession, Deployment } from "@/contracts/sessions";
import { DEFAULT_TIME_ZONE } from "@/contracts/time-zones";
import { getRuntime } from "@/server/runtime/singleton";
import { createTrpcContext, hadSession } from "@/server/trpc/context";
import { type AppRouter, createCaller } from "@/server/trpc/router";
import { createQueryClient } from "./query-client";

// One context per request, however many queries the page makes.
const requestContext = cache(async () => {
  // First: at a build, where there is no runtime, this is what tells Next that the page is of a request.
  const asked = await headers();
  return createTrpcContext(await getRuntime(), asked);
});
const requestQueryClient = cache(() => createQueryClient({ retries: false }));

/** Procedures for pages on the server: `void trpc.keys.list.prefetch(input)` inside of {@link HydrateClient}. */
export const { trpc, HydrateClient } = createHydrationHelpers<AppRouter>(
  createCaller(requestContext),
  requestQueryClient,
);

/** The signed-in administrator; everybody else is sent to the sign-in page, and from there back to where they wanted. */
export async function requireAdmin(): Promise<ConsoleSession> {
  const { principal, runtime } = await requestContext();
  if (!principal) return redirect(await signInPage(runtime, await wantedPath()));
  if (principal.lacksSecondFactor) return redirect(leadingBack("/second-factor", await wantedPath()));
  return sessionOf(runtime, principal);
}

/** Whoever is signed in and has to set up a second factor; everybody else is sent on. @param next where to, if all is done */
export async function requireEnrolling(next: string): Promise<ConsoleSession> {
  const { principal, runtime } = await requestContext();
  if (!principal) return redirect(await signInPage(runtime, next));
  if (!principal.lacksSecondFactor) return redirect(next);
  return sessionOf(runtime, principal);
}

type Asked = Awaited<ReturnType<typeof requestContext>>;

async function wantedPath(): Promise<string | null> {
  return (await headers()).get(PATH_HEADER);
}

/** Where to sign in; it says so to whoever was signed in, by a session that has ended. */
async function signInPage(runtime: Asked["runtime"], wanted: string | null): Promise<string> {
  const page = leadingBack("/sign-in", wanted);
  return hadSession(runtime, await headers())
    ? `${page}${page.includes("?") ? "&" : "?"}error=session_ended`
    : page;
}

function leadingBack(path: string, wanted: string | null): string {
  return wanted ? `${path}?callbackUrl=${encodeURIComponent(wanted)}` : path;
}

/** What anybody may know of the installation, for pages that need no session. */
export async function deployment(): Promise<Deployment> {
  return deploymentOf((await requestContext()).runtime);
}

function sessionOf(runtime: Asked["runtime"], principal: NonNullable<Asked["principal"]>): ConsoleSession {
  const { id, email, name, role, environmentRoles, timeZone = DEFAULT_TIME_ZONE } = principal;
  return {
    admin: { id, email, name, role, environmentRoles, timeZone },
    deployment: deploymentOf(runtime),
  };
}

function deploymentOf({ baseUrl, env }: Asked["runtime"]): Deployment {
  return {
    baseUrl,
    hasPublicUrl: env.NEXTAUTH_URL !== undefined,
    apiEnvironment: env.API_ENVIRONMENT,
    keyPrefix: env.KEY_PREFIX,
  };
}
