import type { Context } from "@/server/core/context";
import type { Logger } from "@/server/core/logger";
import type { DataScope } from "@/server/db/scope";
import type { Limiter } from "@/server/rate-limit";

/** What a new key is made with. */
export interface KeyMaterial {
  prefix: string;
  pepper: string | undefined;
}

/** What every verb gets: who acts and when, and the parts of the house it works with. */
export interface ServiceContext extends Context, DataScope {
  limiter: Limiter;
  keyMaterial: KeyMaterial;
  logger: Logger;
}
