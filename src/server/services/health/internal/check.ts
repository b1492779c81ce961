import type { CheckResult } from "@/contracts/doctor";
import type { ServiceContext } from "../../context";

/** What an installation's settings say that checks compare with what is: no secrets. */
export interface Deployment {
  /** As set; null where it is not. */
  publicUrl: string | null;
  isDevelopment: boolean;
  /** DATABASE_URL is set: Postgres is not the embedded one. */
  isPostgresGiven: boolean;
  /** Where the embedded Postgres and the secrets are. */
  dataDir: string;
  /** Of a server; a command has a smaller one. */
  poolSize: number;
  /** Processes of a server. */
  workers: number;
  trustedProxies: number;
  limits: "upstash" | "redis" | "memory";
  /** The operator means several processes to count limits each for itself. */
  allowsPerProcessLimits: boolean;
  hasCronSecret: boolean;
  /** What the start of this process found wrong in the database, and put right. */
  mended: readonly string[];
}

/** What a check says; the list of checks names it. */
export type Finding = Omit<CheckResult, "check">;

/** One check. It changes nothing, and takes no longer than a few seconds. */
export type Check = (ctx: ServiceContext, deployment: Deployment) => Promise<Finding>;

export const ok = (says: string): Finding => ({ state: "ok", says, cure: null });
export const warning = (says: string, cure: string): Finding => ({ state: "warning", says, cure });
export const error = (says: string, cure: string): Finding => ({ state: "error", says, cure });
