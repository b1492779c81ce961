import type { AdminView } from "./admins";
import type { Environment } from "./environments";
import type { Id } from "./ids";

/** Where somebody is signed in, as their profile shows it. */
export interface SessionView {
  id: Id<"ses">;
  /** Browser and system in words, by what the browser says of itself. */
  device: string;
  /** Where the sign-in came from; null: not known. */
  address: string | null;
  createdAt: string;
  /** The last request, to the minute. */
  lastSeenAt: string;
  /** The end of it without another request. */
  endsAt: string;
  /** The one that asks. */
  isCurrent: boolean;
}

/** Who is signed in, and where: what every page of the console may need to know. */
export interface ConsoleSession {
  admin: AdminView;
  deployment: Deployment;
}

/** What pages show of the installation itself. */
export interface Deployment {
  /** Public URL, without a slash at the end. */
  baseUrl: string;
  /** Whether the operator has set it (`NEXTAUTH_URL`); else it is the server's guess. */
  hasPublicUrl: boolean;
  /** The environment behind `/api/v1` without a name. */
  apiEnvironment: Environment;
  keyPrefix: string;
}
