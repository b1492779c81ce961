"use client";

import { createContext, type ReactNode, useContext, useMemo } from "react";
import { ENVIRONMENTS, type Environment } from "@/contracts/environments";
import { type Action, allows, heldEnvironments, type Role, roleIn } from "@/contracts/roles";
import type { ConsoleSession } from "@/contracts/sessions";
import { DEFAULT_TIME_ZONE, isTimeZone } from "@/contracts/time-zones";

const SessionContext = createContext<ConsoleSession | null>(null);
const TimeZoneContext = createContext(DEFAULT_TIME_ZONE);

/** Hands the session down from the console's layout. */
export function SessionProvider({ session, children }: { session: ConsoleSession; children: ReactNode }) {
  const { timeZone } = session.admin;
  // An old browser may not know a zone that the server knows, and would draw no page that shows a time.
  const shown = useMemo(() => (isTimeZone(timeZone) ? timeZone : DEFAULT_TIME_ZONE), [timeZone]);
  return (
    <SessionContext value={session}>
      <TimeZoneContext value={shown}>{children}</TimeZoneContext>
    </SessionContext>
  );
}

/** The signed-in administrator and the deployment. Hides and words things; the server decides on its own. */
export function useSession(): ConsoleSession {
  const session = useContext(SessionContext);
  if (!session) throw new Error("useSession needs SessionProvider above it");
  return session;
}

/** What times are shown in, and read in where they are typed. */
export function useTimeZone(): string {
  return useContext(TimeZoneContext);
}

/** Whether the signed-in administrator's role allows that in an environment; without one, in any. */
export function useMay(action: Action, environment?: Environment): boolean {
  return allows(useSession().admin, action, environment);
}

/** The environments that the signed-in administrator has a role in. */
export function useHeldEnvironments(): readonly Environment[] {
  return heldEnvironments(useSession().admin) ?? ENVIRONMENTS;
}

/** The role of the signed-in administrator in an environment; null: none. */
export function useRole(environment: Environment): Role | null {
  return roleIn(useSession().admin, environment);
}
