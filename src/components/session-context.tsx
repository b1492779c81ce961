"use client";

import { createContext, type ReactNode, useContext } from "react";
import type { EnvironmentName } from "./environment-context";

/** Who is signed in, and where: what every page of the console may need to know. */
export interface Session {
  /** The roles are spelled out as plain text; the console's layout hands in the product's own, so a drift does not compile. */
  admin: { id: string; email: string; name: string; role: "owner" | "admin" | "operator" | "viewer" };
  deployment: {
    /** Without a slash at the end. */
    baseUrl: string;
    /** Whether the operator has set it; else it is the server's guess. */
    hasPublicUrl: boolean;
    apiEnvironment: EnvironmentName;
    keyPrefix: string;
  };
}

const SessionContext = createContext<Session | null>(null);

/** Hands the session down from the console's layout. */
export function SessionProvider({ session, children }: { session: Session; children: ReactNode }) {
  return <SessionContext value={session}>{children}</SessionContext>;
}

/** The signed-in administrator and the deployment. Hides and words things; the server decides on its own. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("useSession needs SessionProvider above it");
  return session;
}
